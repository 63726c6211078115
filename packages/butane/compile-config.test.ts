import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatIgnition } from '@afloat/ignition'
import { AfloatError } from '@afloat/report'
import fc from 'fast-check'
import { type CompileOptions, compileConfig } from './compile-config.ts'
import type { LocalFiles, TreeEntry } from './translate/local-files.ts'

const HEAD = 'variant: flatcar\nversion: 1.1.0\n'

/** A files directory in memory. */
function memoryFiles(files: Record<string, string | { link: string }>): LocalFiles {
  return {
    read(path) {
      const text = files[path]
      if (typeof text !== 'string') throw new AfloatError('test/missing', `Cannot read "${path}"`)
      return Uint8Array.from(text, (character) => character.charCodeAt(0))
    },
    walk(path) {
      if (path in files) return undefined
      return Object.entries(files).flatMap(([name, content]): TreeEntry[] => {
        if (!name.startsWith(`${path}/`)) return []
        const below = name.slice(path.length + 1)
        if (typeof content !== 'string') return [{ kind: 'link', path: below, target: content.link }]
        return [{ kind: 'file', path: below, executable: below.includes('bin/') }]
      })
    },
  }
}

function entries(text: string, options: CompileOptions = {}): string[] {
  const { report } = compileConfig(text, options)
  return report.diagnostics.map(
    ({ severity, code, path, line, column }) =>
      `${severity} ${code.replace(/^butane\//, '')} ${path} ${line}:${column}`,
  )
}

function json(text: string, options: CompileOptions = {}): unknown {
  const { ignition, report } = compileConfig(text, options)
  assert.equal(report.hasErrors, false, JSON.stringify(report.diagnostics))
  return JSON.parse(formatIgnition(ignition!))
}

for (const [title, text, expected, stage] of [
  ['no text', '', 'error variant-missing $.variant 1:1', 'header'],
  ['no variant', 'version: 1.1.0', 'error variant-missing $.variant 1:1', 'header'],
  ['no version', 'variant: flatcar', 'error version-invalid $.version 1:1', 'header'],
  ['a short version', 'variant: flatcar\nversion: 1.1', 'error version-invalid $.version 2:10', 'header'],
  ['an unknown variant', 'variant: fedora\nversion: 1.1.0', 'error variant-unknown $.variant 1:10', 'header'],
  [
    'an unknown version',
    'variant: flatcar\nversion: 9.9.9',
    'error variant-unknown $.version 2:10',
    'header',
  ],
  ['a list', '- a', 'error wrong-type $ 1:1', 'text'],
  ['a web page', '<html>', 'error wrong-type $ 1:1', 'text'],
  ['broken YAML', `${HEAD}a: "`, 'error bad-yaml $ 3:4', 'text'],
  ['text over 10 MB', 'x'.repeat(10 * 1024 * 1024 + 1), 'error too-large $ 1:1', 'text'],
] as const)
  test(`compileConfig() refuses ${title}`, () => {
    const compiled = compileConfig(text)
    assert.deepEqual(entries(text), [expected])
    assert.equal(compiled.failedAt, stage)
    assert.equal(compiled.ignition, undefined)
  })

test('compileConfig() collects wrong types and unknown keys of one run', () => {
  const text = `${HEAD}storage:
  files:
    - path: [a]
      content: {inline: x}
      mode: rwx
  links: 3
systemd: {units: [x]}
`
  assert.deepEqual(entries(text), [
    'error wrong-type $.storage.files.0.path 5:13',
    'warning unknown-key $.storage.files.0.content 6:7',
    'error wrong-type $.storage.files.0.mode 7:13',
    'error wrong-type $.storage.links 8:10',
    'error wrong-type $.systemd.units.0 9:19',
  ])
})

test('compileConfig() says which version knows a key', () => {
  const { report } = compileConfig(
    'variant: flatcar\nversion: 1.0.0\nsystemd: {units: [{name: a.service, contents_local: a}]}',
  )
  assert.equal(report.diagnostics[0]?.hint, 'Set the version to 1.1.0, which knows it')
})

test('compileConfig() places errors of the generated config at what they came from', () => {
  const text = `${HEAD}storage:
  files:
    - path: /a
      contents: {inline: x, verification: {hash: md5-0}}
    - path: b
`
  assert.deepEqual(entries(text), [
    'error ignition/hash-unknown $.storage.files.0.contents.verification.hash 6:50',
    'error ignition/path-relative $.storage.files.1.path 7:13',
  ])
})

test('compileConfig() warns where there is no mapping, as the reference does, and not behind an alias', () => {
  const text = `${HEAD}passwd:
storage:
  files:
    - path: /a
      user: &u {name: a, q: 1}
    - path: /b
      user: *u
  links: [~, {path: /c, target: /d}]
`
  assert.deepEqual(entries(text), [
    'warning foreign-node $.passwd 3:8',
    'warning unknown-key $.storage.files.0.user.q 7:26',
    'warning foreign-node $.storage.files.1.user 9:13',
    'warning foreign-node $.storage.links.0 10:11',
  ])
})

const openshift = 'variant: openshift\nversion: 4.16.0\n'
const metadata = 'metadata: {name: a, labels: {machineconfiguration.openshift.io/role: worker}}\n'
for (const [title, text, expected] of [
  [
    'a list that is not allowed once, at the list',
    `${openshift}${metadata}passwd: {groups: [{name: a}, {name: b}]}`,
    ['error groups-not-supported $.passwd.groups 4:18'],
  ],
  [
    'fields that are not allowed in the order of the spec',
    `${openshift}${metadata}passwd: {users: [{name: core, uid: 1, gecos: x}, {name: core, gecos: x}]}`,
    [
      'error user-field-not-supported $.passwd.users.0.gecos 4:46',
      'error user-field-not-supported $.passwd.users.0.uid 4:36',
      'error user-field-not-supported $.passwd.users.1.gecos 4:70',
    ],
  ],
  [
    'metadata that is not there',
    openshift,
    ['error metadata-name $.metadata.name 1:1', 'error role-label $.metadata.labels 1:1'],
  ],
  [
    'what is missing at its path in the MachineConfig',
    `${openshift}${metadata}boot_device: {luks: {tang: [{url: "http://t.test"}]}}`,
    ['error ignition/tang-thumbprint-missing $.spec.config.storage.luks.0.clevis.tang.0.thumbprint 1:1'],
  ],
  [
    'words that are given twice',
    `${openshift}${metadata}openshift: {extensions: [a, b, a]}`,
    ['error ignition/duplicate $.openshift.extensions.2 4:32'],
  ],
  [
    'one mirrored device twice',
    'variant: fcos\nversion: 1.4.0\nboot_device: {layout: x86_64, mirror: {devices: [/dev/a]}}',
    Array(2).fill('error too-few-mirror-devices $.boot_device.mirror.devices 3:49'),
  ],
  [
    'labels of the image at another number, since the first fcos',
    'variant: fcos\nversion: 1.0.0\nstorage: {disks: [{device: /dev/a, partitions: [{label: boot}]}]}',
    ['warning wrong-partition-number $.storage.disks.0.partitions.0.label 3:57'],
  ],
  [
    'a missing files directory once for all trees',
    `${HEAD}storage: {trees: [{local: a}, {local: b}]}\npasswd: {users: [{name: a, ssh_authorized_keys_local: [a, b]}]}`,
    [
      'error files-dir-missing $.passwd.users.0.ssh_authorized_keys_local 4:55',
      'error files-dir-missing $.storage.trees.0 3:19',
    ],
  ],
] as const)
  test(`compileConfig() tells as the reference does: ${title}`, () => {
    const { report } = compileConfig(text)
    assert.deepEqual(
      report.entries.map(
        ({ severity, code, path, line, column }) =>
          `${severity} ${code.replace('butane/', '')} ${path} ${line}:${column}`,
      ),
      expected,
    )
  })

test('compileConfig() of a raw config for openshift allows what a MachineConfig may not hold, and names what it drops', () => {
  const text = `${openshift}${metadata}openshift: {fips: false, kernel_arguments: [a]}\npasswd: {groups: [{name: a}]}\n`
  const found = (more: string) =>
    compileConfig(text + more, { raw: true }).report.entries.map(
      ({ severity, code, path, line }) => `${severity} ${code.replace('butane/', '')} ${path} ${line}`,
    )
  const elided = [
    'warning field-elided $.openshift.kernel_arguments 4',
    'warning field-elided $.openshift.fips 4',
  ]
  assert.deepEqual(found(''), elided)
  assert.deepEqual(found('storage: {files: [{path: /a, mode: 04755}]}'), [
    'error special-mode-not-supported $.spec.config.storage.files.0.mode 1',
    ...elided,
  ])
})

test('compileConfig() reads merge keys and anchors, and names << as the reference does', () => {
  const text = `${HEAD}storage:
  files:
    - &a {path: /a, mode: 0600}
    - <<: *a
      path: /b
`
  assert.deepEqual(entries(text), ['warning unknown-key $.storage.files.1.<< 6:7'])
  assert.deepEqual(json(text), {
    ignition: { version: '3.4.0' },
    storage: {
      files: [
        { path: '/a', mode: 0o600 },
        { path: '/b', mode: 0o600 },
      ],
    },
  })
})

test('compileConfig() ends aliases that expand without bound', () => {
  assert.deepEqual(entries(`${HEAD}storage: {files: &a [*a]}`), [
    'warning foreign-node $.storage.files.0 3:22',
    'error wrong-type $.storage.files.0 3:22',
  ])
  const loop = `${HEAD}storage: {files: [&a {path: /a, <<: *a}]}`
  assert.equal(entries(loop).at(-1), 'error alias-loop $.storage.files.0 3:37')
  const items = Array.from({ length: 1000 }, (_, index) => `{path: /${index}, contents: {inline: *x}}`)
  const bomb = `${HEAD}passwd: {users: [{name: a, gecos: &x ${'y'.repeat(100_000)}}]}\nstorage: {files: [${items}]}`
  assert.deepEqual(
    compileConfig(bomb).report.diagnostics.map(({ code }) => code),
    ['butane/alias-bomb'],
  )
})

test('compileConfig() ends merge keys that expand without bound, and what they report', () => {
  const doubling = Array.from(
    { length: 40 },
    (_, level) => `a${level + 1}: &a${level + 1} {<<: [*a${level}, *a${level}], x: 1}\n`,
  ).join('')
  const found = entries(`${HEAD}a0: &a0 {path: /a}\n${doubling}storage: {files: [{<<: *a40}]}`)
  assert.ok(found.includes('error alias-bomb $.storage.files.0 44:24'))
  assert.ok(found.length < 100_000, String(found.length))
})

test('compileConfig() says which version or variant is meant', () => {
  for (const [text, hint] of [
    ['variant: aflot\nversion: 1.0.0', 'Write variant: afloat'],
    ['variant: afloat\nversion: 1.0', 'Write version: 1.0.0'],
    ['variant: flatcar', 'Write version: 1.1.0'],
  ] as const)
    assert.equal(compileConfig(text).report.diagnostics[0]?.hint, hint)
})

test('compileConfig() does not expand aliases below unknown keys', () => {
  const levels = ['b', 'c', 'd', 'e', 'f', 'g', 'h'].map(
    (name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefg'[index]}`).join()}]`,
  )
  const text = `${HEAD}a: &a [x]\n${levels.join('\n')}\n`
  assert.equal(compileConfig(text).report.hasErrors, false)
})

test('compileConfig() refuses local files without a files directory, and paths that leave it', () => {
  const text = (path: string) => `${HEAD}storage: {files: [{path: /a, contents: {local: ${path}}}]}`
  assert.deepEqual(entries(text('a')), ['error files-dir-missing $.storage.files.0.contents.local 3:48'])
  const localFiles = memoryFiles({ a: 'text' })
  for (const path of ['../a', 'b/../../a', '..'])
    assert.deepEqual(entries(text(path), { localFiles }), [
      'error files-dir-escape $.storage.files.0.contents.local 3:48',
    ])
  assert.deepEqual(entries(text('b'), { localFiles }), [
    'error local-unreadable $.storage.files.0.contents.local 3:48',
  ])
  for (const path of ['a', '/a', './b/../a'])
    assert.deepEqual(json(text(path), { localFiles }), {
      ignition: { version: '3.4.0' },
      storage: { files: [{ path: '/a', contents: { source: 'data:,text', compression: '' } }] },
    })
})

test('compileConfig() compresses only what becomes shorter', () => {
  const text = (inline: string, more = '') =>
    `${HEAD}storage: {files: [{path: /a, contents: {inline: "${inline}"${more}}}]}`
  const gzip = () => Uint8Array.of(1, 2, 3)
  const contents = (value: unknown) =>
    (value as { storage: { files: { contents: unknown }[] } }).storage.files[0]?.contents
  assert.deepEqual(contents(json(text('a'.repeat(100)), { gzip })), {
    compression: 'gzip',
    source: 'data:;base64,AQID',
  })
  assert.deepEqual(contents(json(text('abc'), { gzip })), { compression: '', source: 'data:,abc' })
  assert.deepEqual(contents(json(text('a'.repeat(40), ', compression: gzip'), { gzip })), {
    compression: 'gzip',
    source: `data:,${'a'.repeat(40)}`,
  })
})

test('compileConfig() reads units and keys from local files', () => {
  const text = `${HEAD}systemd:
  units: [{name: a.service, contents_local: a, dropins: [{name: b.conf, contents_local: a}]}]
passwd:
  users: [{name: core, ssh_authorized_keys: [one], ssh_authorized_keys_local: [keys]}]
`
  assert.deepEqual(
    json(text, { localFiles: memoryFiles({ a: '[Unit]\nA=1\n', keys: '# two\r\n\r\nthree\n' }) }),
    {
      ignition: { version: '3.4.0' },
      passwd: { users: [{ name: 'core', sshAuthorizedKeys: ['one', '# two', 'three'] }] },
      systemd: {
        units: [
          {
            name: 'a.service',
            contents: '[Unit]\nA=1\n',
            dropins: [{ name: 'b.conf', contents: '[Unit]\nA=1\n' }],
          },
        ],
      },
    },
  )
  assert.deepEqual(entries(text, { localFiles: memoryFiles({ a: '\xff', keys: 'one' }) }), [
    'error local-not-text $.systemd.units.0.contents_local 4:45',
    'error local-not-text $.systemd.units.0.dropins.0.contents_local 4:89',
  ])
})

test('compileConfig() embeds trees into what the config already has', () => {
  const localFiles = memoryFiles({ 't/bin/run': 'x', 't/etc/a': 'y', 't/etc/l': { link: 'a' } })
  const text = `${HEAD}storage:
  trees: [{local: t}]
  files: [{path: /etc/a, mode: 0600}]
  directories: [{path: /etc}]
`
  assert.deepEqual(json(text, { localFiles }), {
    ignition: { version: '3.4.0' },
    storage: {
      directories: [{ path: '/etc' }],
      files: [
        { path: '/etc/a', mode: 0o600, contents: { source: 'data:,y', compression: '' } },
        { path: '/bin/run', mode: 0o755, contents: { source: 'data:,x', compression: '' } },
      ],
      links: [{ path: '/etc/l', target: 'a' }],
    },
  })
  const filled = text.replace('mode: 0600', 'contents: {inline: z}')
  assert.deepEqual(entries(filled, { localFiles }), ['error tree-collision $.storage.trees.0 4:11'])
  assert.deepEqual(entries(`${HEAD}storage: {trees: [{}]}`), [
    'error tree-without-local $.storage.trees.0 3:19',
  ])
})

test('compileConfig() puts mount units first and lets units of the user override them', () => {
  const text = `${HEAD}storage:
  filesystems:
    - {device: /dev/a, format: ext4, path: /srv, with_mount_unit: true}
    - {device: /dev/b, format: swap, with_mount_unit: true}
systemd:
  units:
    - {name: x.service, contents: bad}
    - {name: srv.mount, enabled: false}
    - {name: y, contents: ""}
`
  assert.deepEqual(entries(text), ['error ignition/unit-extension $.systemd.units.2.name 11:14'])
  const { systemd } = json(text.replace('name: y', 'name: y.target')) as {
    systemd: { units: { name: string; enabled?: boolean }[] }
  }
  assert.deepEqual(
    systemd.units.map(({ name, enabled }) => [name, enabled]),
    [
      ['srv.mount', false],
      ['dev-b.swap', true],
      ['x.service', undefined],
      ['y.target', undefined],
    ],
  )
})

test('compileConfig() says what is missing for a mount unit', () => {
  const text = `${HEAD}storage:
  filesystems:
    - {device: /dev/a, with_mount_unit: true}
    - {device: /dev/b, with_mount_unit: yes, format: xfs}
`
  assert.deepEqual(entries(text), [
    'error mount-unit-format $.storage.filesystems.0.format 5:7',
    'error mount-unit-path $.storage.filesystems.1.path 6:7',
  ])
})

test('compileConfig() refuses sections that are not applied, on request', () => {
  const text = `${HEAD}storage: {disks: [{device: /dev/a}]}\nkernel_arguments: {should_exist: [a]}\n`
  assert.deepEqual(entries(text), [])
  assert.deepEqual(entries(text, { applied: true }), [
    'error ignition/unsupported-section $.storage.disks 3:18',
    'error ignition/unsupported-section $.kernel_arguments 4:19',
  ])
})

test('compileConfig() checks inline configs to merge', () => {
  const text = (inner: string) => `${HEAD}ignition: {config: {merge: [{inline: '${inner}'}]}}`
  assert.deepEqual(entries(text('{"ignition":{"version":"3.4.0"}}')), [])
  assert.deepEqual(entries(text('{"ignition":{"version":"3.4.0"},"storage":{"files":[{"path":"a"}]}}')), [
    'error inner-config $.ignition.config.merge.0.inline 3:38',
  ])
  assert.deepEqual(entries(text('{"ignition":{"version":"3.9.0"}}')), [
    'warning inner-version $.ignition.config.merge.0.version 3:29',
  ])
})

test('compileConfig() survives any YAML under any key', () => {
  const scalars = [
    'x',
    '0644',
    '~',
    '"q"',
    '*a',
    '&a y',
    '[]',
    '{}',
    '- 1',
    '!!binary x',
    '/p',
    'a.service',
    '|\n x',
  ]
  const keys = [
    'storage',
    'files',
    'path',
    'contents',
    'inline',
    'trees',
    'systemd',
    'units',
    'name',
    'containers',
    'ports',
    'image',
    'environment',
    '<<',
    '__proto__',
    'mode',
    'filesystems',
    'with_mount_unit',
    'format',
  ]
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(...scalars),
      fc.array(tie('tree'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
      fc
        .array(fc.tuple(fc.constantFrom(...keys), tie('tree')), { maxLength: 4 })
        .map((pairs) => `{${pairs.map(([key, value]) => `${key}: ${value}`).join(', ')}}`),
    ),
  }))
  fc.assert(
    fc.property(
      fc.constantFrom('flatcar', 'afloat'),
      fc.constantFrom(...keys),
      tree,
      (variant, key, value) => {
        const text = `variant: ${variant}\nversion: 1.0.0\n${key}: ${value}\n`
        const { ignition, report } = compileConfig(text, { localFiles: memoryFiles({ x: 'y' }) })
        assert.equal(ignition === undefined, report.hasErrors)
      },
    ),
    { numRuns: 2000 },
  )
})
