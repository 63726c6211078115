import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeDataUrl } from './data-url.ts'
import { formatIgnition } from './format-ignition.ts'
import { LARGEST_CONFIG, parseIgnition } from './parse-ignition.ts'
import { specs } from './versions.ts'

/** `severity code path line:column` of every entry. */
function entries(text: string, options = {}): string[] {
  return parseIgnition(text, options).report.diagnostics.map(
    ({ severity, code, path, line, column }) =>
      `${severity} ${code.replace('ignition/', '')} ${path} ${line}:${column}`,
  )
}

const config = (sections: object, version = '3.4.0') => JSON.stringify({ ignition: { version }, ...sections })
const files = (...list: object[]) => config({ storage: { files: list } })
/** Without positions: these tests are about what is found. */
const found = (text: string) => entries(text).map((entry) => entry.replace(/ \d+:\d+$/, ''))

for (const [title, text, expected] of [
  ['empty input', '', 'error empty $ 1:1'],
  ['white space', ' \n', 'error empty $ 1:1'],
  ['a web page', '<!doctype html>', 'error not-json $ 1:1'],
  ['YAML', 'variant: flatcar\nversion: 1.1.0\n', 'error not-json $ 1:1'],
  ['a comment', '# x', 'error not-json $ 1:1'],
  ['a list', '[]', 'error not-json $ 1:1'],
  ['broken JSON', '{"ignition":\n  {"version" "3.4.0"}}', 'error bad-json $ 2:14'],
  ['no version', '{}', 'error version-missing $.ignition.version 1:1'],
  [
    'a version of another type',
    '{"ignition": {"version": []}}',
    'error version-missing $.ignition.version 1:26',
  ],
  ['version 2', '{"ignition": {"version": "2.3.0"}}', 'error version-unsupported $.ignition.version 1:26'],
  ['version 3.8', '{"ignition": {"version": "3.8.0"}}', 'error version-unsupported $.ignition.version 1:26'],
  [
    'an experimental version that is stable by now',
    '{"ignition": {"version": "3.6.0-experimental"}}',
    'error version-unsupported $.ignition.version 1:26',
  ],
  [
    'a broken version',
    '{"ignition": {"version": "3.4"}}',
    'error version-unsupported $.ignition.version 1:26',
  ],
] as const)
  test(`parseIgnition() refuses ${title}`, () => assert.deepEqual(entries(text), [expected]))

for (const { version } of specs)
  test(`parseIgnition() reads version ${version}`, () => {
    const { config: read, report } = parseIgnition(config({}, version))
    assert.deepEqual(report.diagnostics, [])
    assert.deepEqual(read, { ignition: { version } })
  })

test('parseIgnition() says in which version a key is known', () => {
  const { report } = parseIgnition(config({ passwd: { users: [{ name: 'a', shouldExist: true }] } }, '3.0.0'))
  assert.deepEqual(
    report.diagnostics.map(({ severity, message, hint }) => [severity, message, hint]),
    [['warning', 'unused key shouldExist', 'Set the version to 3.2.0, which knows it']],
  )
})

test('parseIgnition() names the nearest key and collects wrong types', () => {
  const text = `{"ignition": {"version": "3.4.0"},
 "storage": {"files": [{"path": "/a", "conents": {}, "mode": "0644"}, null], "links": {}}}`
  assert.deepEqual(entries(text), [
    'warning unknown-key $.storage.files.0.conents 2:39',
    'error wrong-type $.storage.files.0.mode 2:62',
    'error wrong-type $.storage.files.1 2:71',
    'error wrong-type $.storage.links 2:87',
  ])
  assert.equal(parseIgnition(text).report.diagnostics[0]?.hint, 'Write "contents"')
})

test('parseIgnition() warns of a key given twice', () => {
  assert.deepEqual(entries('{"ignition": {"version": "1", "version": "3.4.0"}}'), [
    'warning duplicate-key $ 1:31',
  ])
})

test('parseIgnition() refuses configs over 10 MB by bytes', () => {
  const size = LARGEST_CONFIG - config({}).length
  assert.deepEqual(found(config({}) + ' '.repeat(size)), [])
  assert.deepEqual(found(config({}) + ' '.repeat(size + 1)), ['error too-large $'])
  assert.deepEqual(found('ü'.repeat(LARGEST_CONFIG / 2 + 1)), ['error too-large $'])
})

const hash = `sha256-${'0'.repeat(64)}`
for (const [title, text, expected] of [
  ['a file without path', files({ mode: 1 }), ['error path-missing $.storage.files.0.path']],
  ['a relative path', files({ path: 'a' }), ['error path-relative $.storage.files.0.path']],
  ['a path with ..', files({ path: '/a/../b' }), ['error path-not-clean $.storage.files.0.path']],
  ['a path with a slash at the end', files({ path: '/a/' }), ['error path-not-clean $.storage.files.0.path']],
  ['a mode out of range', files({ path: '/a', mode: 4096 }), ['error mode-range $.storage.files.0.mode']],
  [
    'a setuid mode',
    files({ path: '/a', mode: 0o4755 }),
    ['warning mode-special-bits $.storage.files.0.mode'],
  ],
  ['one path twice', files({ path: '/a' }, { path: '/a' }), ['error duplicate $.storage.files.1']],
  [
    'overwrite without contents',
    files({ path: '/a', overwrite: true }),
    ['error overwrite-without-source $.storage.files.0.overwrite'],
  ],
  [
    'id and name',
    files({ path: '/a', user: { id: 1, name: 'x' } }),
    ['error id-and-name $.storage.files.0.user'],
  ],
  ['a negative id', files({ path: '/a', group: { id: -1 } }), ['error id-range $.storage.files.0.group.id']],
  ['a file below a file', files({ path: '/a' }, { path: '/a/b/c' }), ['error below-file $.storage.files.1']],
  [
    'a file below a link',
    config({ storage: { links: [{ path: '/a', target: '/c' }], files: [{ path: '/a/b' }] } }),
    ['error below-link $.storage.files.0'],
  ],
  [
    'a directory that is also a file',
    config({ storage: { directories: [{ path: '/a' }], files: [{ path: '/a' }] } }),
    ['error duplicate $.storage.files.0'],
  ],
  [
    'a link without target',
    config({ storage: { links: [{ path: '/a' }] } }),
    ['error link-target-missing $.storage.links.0.target'],
  ],
  [
    'a hard link to a directory',
    config({ storage: { directories: [{ path: '/d' }], links: [{ path: '/a', target: '/d', hard: true }] } }),
    ['error hard-link-to-directory $.storage.links.0'],
  ],
  [
    'an unknown scheme',
    files({ path: '/a', contents: { source: 'oem:///x' } }),
    ['error bad-scheme $.storage.files.0.contents.source'],
  ],
  [
    'no scheme',
    files({ path: '/a', contents: { source: '/x' } }),
    ['error bad-scheme $.storage.files.0.contents.source'],
  ],
  [
    'a broken URL',
    files({ path: '/a', contents: { source: 'http://h:port/' } }),
    ['error bad-url $.storage.files.0.contents.source'],
  ],
  [
    'a URL without host',
    files({ path: '/a', contents: { source: 'https:///x' } }),
    ['error url-without-host $.storage.files.0.contents.source'],
  ],
  [
    'a broken data URL',
    files({ path: '/a', contents: { source: 'data:;base64,x' } }),
    ['error bad-data-url $.storage.files.0.contents.source'],
  ],
  [
    'an unfetched source',
    files({ path: '/a', append: [{ source: 'tftp://h/x' }] }),
    ['error unsupported-source $.storage.files.0.append.0.source'],
  ],
  [
    'headers',
    files({ path: '/a', contents: { source: 'http://h/x', httpHeaders: [{ name: 'a', value: 'b' }] } }),
    ['error unsupported-section $.storage.files.0.contents.httpHeaders'],
  ],
  [
    'an unknown compression',
    files({ path: '/a', contents: { source: 'data:,', compression: 'xz' } }),
    ['error bad-compression $.storage.files.0.contents.compression'],
  ],
  [
    'data that is not gzip',
    files({ path: '/a', contents: { source: 'data:,x', compression: 'gzip' } }),
    ['error not-gzip $.storage.files.0.contents.compression'],
  ],
  [
    'a hash without source',
    files({ path: '/a', contents: { verification: { hash } } }),
    ['error hash-without-source $.storage.files.0.contents.verification.hash'],
  ],
  [
    'an unknown hash',
    files({ path: '/a', contents: { source: 'data:,', verification: { hash: 'md5-00' } } }),
    ['error hash-unknown $.storage.files.0.contents.verification.hash'],
  ],
  [
    'a short hash',
    files({ path: '/a', contents: { source: 'data:,', verification: { hash: 'sha512-00' } } }),
    ['error hash-length $.storage.files.0.contents.verification.hash'],
  ],
  [
    'a hash of letters',
    files({ path: '/a', contents: { source: 'data:,', verification: { hash: hash.replace('00', 'xy') } } }),
    ['error hash-digits $.storage.files.0.contents.verification.hash'],
  ],
  [
    'a user twice',
    config({ passwd: { users: [{ name: 'a' }, { name: 'a' }] } }),
    ['error duplicate $.passwd.users.1'],
  ],
  ['a user without name', config({ passwd: { users: [{}] } }), ['error name-missing $.passwd.users.0.name']],
  [
    'a user name with a colon',
    config({ passwd: { users: [{ name: 'a:b' }] } }),
    ['error bad-account-name $.passwd.users.0.name'],
  ],
  [
    'a shell with a colon',
    config({ passwd: { users: [{ name: 'a', shell: '/a:b' }] } }),
    ['error bad-account-field $.passwd.users.0.shell'],
  ],
  [
    'two keys in one',
    config({ passwd: { users: [{ name: 'a', sshAuthorizedKeys: ['k a\nk b'] }] } }),
    ['error bad-key-line $.passwd.users.0.sshAuthorizedKeys.0'],
  ],
  [
    'a group twice',
    config({ passwd: { groups: [{ name: 'a' }, { name: 'a' }] } }),
    ['error duplicate $.passwd.groups.1'],
  ],
  [
    'a unit twice',
    config({ systemd: { units: [{ name: 'a.service' }, { name: 'a.service' }] } }),
    ['error duplicate $.systemd.units.1'],
  ],
  [
    'a unit without type',
    config({ systemd: { units: [{ name: 'a' }] } }),
    ['error unit-extension $.systemd.units.0.name'],
  ],
  [
    'a unit in a folder',
    config({ systemd: { units: [{ name: 'a/b.service' }] } }),
    ['error unit-name $.systemd.units.0.name'],
  ],
  [
    'a unit that is no unit',
    config({ systemd: { units: [{ name: 'a.service', contents: '[S]\nx' }] } }),
    ['error unit-syntax $.systemd.units.0.contents'],
  ],
  [
    'an enabled unit without install',
    config({ systemd: { units: [{ name: 'a.service', enabled: true, contents: '[S]\nA=1' }] } }),
    ['warning unit-not-installed $.systemd.units.0.contents'],
  ],
  [
    'an enabled instance without install',
    config({
      systemd: {
        units: [
          { name: 'a@.service', contents: '[S]\nA=1' },
          { name: 'a@b.service', enabled: true },
        ],
      },
    }),
    ['warning template-not-installed $.systemd.units.1.contents'],
  ],
  [
    'a drop-in without .conf',
    config({ systemd: { units: [{ name: 'a.service', dropins: [{ name: 'x' }] }] } }),
    ['error dropin-extension $.systemd.units.0.dropins.0.name'],
  ],
  [
    'a file over a drop-in',
    config({
      systemd: { units: [{ name: 'a.service', dropins: [{ name: 'x.conf', contents: '[S]' }] }] },
      storage: { files: [{ path: '/etc/systemd/system/a.service.d/x.conf' }] },
    }),
    ['error unit-path-conflict $.storage.files.0.path'],
  ],
] as const)
  test(`parseIgnition() finds ${title}`, () => assert.deepEqual(found(text), expected))

const disk = { device: '/dev/sda', partitions: [{ number: 1 }] }
for (const [section, text] of [
  ['storage.disks', config({ storage: { disks: [disk] } })],
  ['storage.raid', config({ storage: { raid: [{ name: 'a', level: 'raid1', devices: ['/dev/a'] }] } })],
  ['storage.filesystems', config({ storage: { filesystems: [{ device: '/dev/a', format: 'ext4' }] } })],
  ['storage.luks', config({ storage: { luks: [{ name: 'a', device: '/dev/a' }] } })],
  ['kernelArguments', config({ kernelArguments: { shouldExist: ['a'] } })],
  [
    'ignition.config.merge',
    config({ ignition: { version: '3.4.0', config: { merge: [{ source: 'data:,' }] } } }),
  ],
  [
    'ignition.config.replace',
    config({ ignition: { version: '3.4.0', config: { replace: { source: 'data:,' } } } }),
  ],
  [
    'ignition.security.tls',
    config({
      ignition: { version: '3.4.0', security: { tls: { certificateAuthorities: [{ source: 'data:,' }] } } },
    }),
  ],
  ['ignition.proxy', config({ ignition: { version: '3.4.0', proxy: { noProxy: ['a'] } } })],
  ['ignition.timeouts', config({ ignition: { version: '3.4.0', timeouts: { httpTotal: 0 } } })],
] as const)
  test(`parseIgnition() refuses ${section}, which is not applied, but reads it on request`, () => {
    assert.deepEqual(found(text), [`error unsupported-section $.${section}`])
    assert.deepEqual(
      entries(text, { applied: 'warn' }).map((entry) => entry.replace(/ \d+:\d+$/, '')),
      [`warning unsupported-section $.${section}`],
    )
    assert.deepEqual(entries(text, { applied: false }), [])
  })

test('parseIgnition() finds a link without target that 3.2.0 allows, but no machine can make', () => {
  const text = config({ storage: { links: [{ path: '/a' }] } }, '3.2.0')
  assert.deepEqual(found(text), ['error link-target-missing $.storage.links.0.target'])
  assert.deepEqual(entries(text, { applied: false }), [])
})

test('parseIgnition() does not mind empty sections that are not applied', () => {
  assert.deepEqual(found(config({ storage: { disks: [] }, kernelArguments: {} })), [])
})

test('formatIgnition() writes keys in the order of the spec and leaves empty things out', () => {
  const text = formatIgnition({
    systemd: { units: [] },
    storage: {
      files: [{ path: '/a', mode: 420, user: {}, contents: { source: 'data:,<' }, overwrite: false }],
    },
    passwd: { users: [{ name: 'a', shell: '/bin/sh', sshAuthorizedKeys: ['k'] }] },
    ignition: { version: '3.4.0' },
  })
  assert.equal(
    text,
    '{"ignition":{"version":"3.4.0"},"passwd":{"users":[{"name":"a","sshAuthorizedKeys":["k"],"shell":"/bin/sh"}]},' +
      '"storage":{"files":[{"overwrite":false,"path":"/a","contents":{"source":"data:,\\u003c"},"mode":420}]}}',
  )
})

const name = fc.stringMatching(/^[a-z]{1,8}$/)
const valid = fc.record({
  files: fc.uniqueArray(name).chain((names) =>
    fc.tuple(
      ...names.map((path) =>
        fc.record({
          path: fc.constant(`/${path}`),
          contents: fc.uint8Array().map((bytes) => ({ source: encodeDataUrl(bytes) })),
          mode: fc.nat(0o777),
        }),
      ),
    ),
  ),
  users: fc.uniqueArray(name).map((names) => names.map((user) => ({ name: user, uid: 7 }))),
})

test('parseIgnition() reads back what formatIgnition() wrote', () => {
  fc.assert(
    fc.property(valid, fc.boolean(), ({ files: list, users }, pretty) => {
      const text = formatIgnition(
        { ignition: { version: '3.4.0' }, storage: { files: list }, passwd: { users } },
        { pretty },
      )
      const { config: read, report } = parseIgnition(text)
      assert.deepEqual(report.diagnostics, [])
      assert.equal(formatIgnition(read!, { pretty }), text)
    }),
    { numRuns: 50 },
  )
})

test('parseIgnition() survives any JSON under any key', () => {
  const keys = [
    'storage',
    'files',
    'path',
    'contents',
    'source',
    'systemd',
    'units',
    'name',
    'passwd',
    'users',
    'mode',
    'links',
    '__proto__',
  ]
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(null, true, 0, -1, 1e300, '', '/', 'a.service', 'data:,x'),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys), tie('tree'), { maxKeys: 4 }),
    ),
  }))
  fc.assert(
    fc.property(tree, (value) => {
      const sections = typeof value === 'object' && !Array.isArray(value) ? value : { storage: value }
      const { config: read, report } = parseIgnition(config({ ...sections }))
      assert.equal(read === undefined, report.hasErrors)
    }),
    { numRuns: 500 },
  )
})

test('parseIgnition() refuses a path longer than Linux takes, in reasonable time', () => {
  const [entry] = found(files({ path: '/a'.repeat(500_000) }))
  assert.equal(entry, 'error path-too-long $.storage.files.0.path')
})

test('parseIgnition() refuses line breaks in what programs read line by line', () => {
  const groups = [{ name: 'a', passwordHash: 'x\nroot:y' }]
  assert.deepEqual(found(config({ passwd: { groups } })), [
    'error bad-account-field $.passwd.groups.0.passwordHash',
  ])
  const units = [{ name: 'a.service', dropins: [{ name: 'a\0.conf' }] }]
  assert.deepEqual(found(config({ systemd: { units } })), [
    'error unit-name $.systemd.units.0.dropins.0.name',
  ])
})

test('parseIgnition() does not repeat the secrets of a URL', () => {
  const merge = [1, 2].map(() => ({ source: 'https://me:password@host/a?token=secret' }))
  const { report } = parseIgnition(config({ ignition: { version: '3.4.0', config: { merge } } }))
  const bad = parseIgnition(files({ path: '/a', contents: { source: 'ftp://host/a?token=secret' } }))
  const text = JSON.stringify([...report.diagnostics, ...bad.report.diagnostics])
  assert.match(text, /given twice/)
  assert.match(text, /invalid url scheme/)
  assert.doesNotMatch(text, /password|secret/)
})
