import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeDataUrl, decodeUtf8, formatIgnition } from '@afloat/ignition'
import { compileConfig } from '../compile-config.ts'
import { lintConfig } from '../lint/lint-config.ts'
import { includedTexts } from './included-texts.ts'

const HEAD = 'variant: afloat\nversion: 1.0.0\n'
type Texts = Readonly<Record<string, string>>

const compile = (main: string, texts: Texts = {}, given: Readonly<Record<string, string>> = {}) =>
  compileConfig(HEAD + main, {
    fileName: 'main.yaml',
    includes: includedTexts(texts, 'main.yaml'),
    variables: new Map(Object.entries(given).map(([name, value]) => [name, { value, from: '--set' }])),
  })

/** File, position, code without its room, and message. */
const found = (main: string, texts: Texts = {}, given: Readonly<Record<string, string>> = {}) =>
  compile(main, texts, given).report.diagnostics.map(
    ({ file, line, column, code, path }) => `${file}:${line}:${column} ${code.split('/')[1]} ${path}`,
  )

const config = (main: string, texts: Texts = {}, given: Readonly<Record<string, string>> = {}) => {
  const { ignition, report } = compile(main, texts, given)
  assert.ok(ignition, JSON.stringify(report.diagnostics))
  return JSON.parse(formatIgnition(ignition)) as Record<string, Record<string, Record<string, unknown>[]>>
}

const image = 'r.test/a:1'

test('what a file includes is what it builds on: it wins, and so do later files over earlier ones', () => {
  const texts = {
    'a.yaml': 'hostname: a\npasswd: {users: [{name: core, uid: 1, shell: /a}]}',
    'b.yaml': 'hostname: b\npasswd: {users: [{name: core, uid: 2, home_dir: /b}, {name: bob}]}',
  }
  const { passwd, storage } = config(
    'include: [a.yaml, b.yaml]\npasswd: {users: [{name: core, gecos: c}]}',
    texts,
  )
  assert.deepEqual(passwd!['users'], [
    { gecos: 'c', homeDir: '/b', name: 'core', shell: '/a', uid: 2 },
    { name: 'bob' },
  ])
  assert.deepEqual(storage!['files']!.at(-1)!['contents'], { compression: '', source: 'data:,b%0A' })
})

test('lists merge by the name of their entries; others one after the other', () => {
  const texts = {
    'base.yaml': `containers:
  - {name: a, image: "${image}", ports: ["1:1"], environment: {A: base, B: base}}
systemd:
  units: [{name: x.service, dropins: [{name: d.conf, contents: "[Unit]"}]}]
updates: {server: "http://h.test", public_keys: [], health: [{unit: a.service}]}
`,
  }
  const { storage, systemd } = config(
    `include: base.yaml
containers:
  - {name: b, image: "${image}"}
  - {name: a, ports: ["2:2"], environment: {B: main, C: main}}
systemd:
  units: [{name: x.service, enabled: true, dropins: [{name: e.conf, contents: "[Unit]"}]}]
updates: {health: [{unit: a.service, url: "http://h.test"}, {unit: b.service}]}
`,
    texts,
  )
  const files = Object.fromEntries(
    storage!['files']!.map(
      (file) =>
        [
          String(file['path']).replace(/^.*\//, ''),
          decodeUtf8(decodeDataUrl((file['contents'] as { source: string }).source)!)!,
        ] as const,
    ),
  )
  assert.deepEqual(Object.keys(files), ['a.container', 'b.container', 'update.json'])
  const lines = files['a.container']!.split('\n').filter((line) => /^(PublishPort|Environment)/.test(line))
  assert.deepEqual(lines, [
    'PublishPort=1:1',
    'PublishPort=2:2',
    'Environment=A=base',
    'Environment=B=main',
    'Environment=C=main',
  ])
  assert.deepEqual(JSON.parse(files['update.json']!).health, [
    { unit: 'a.service', url: 'http://h.test' },
    { unit: 'b.service' },
  ])
  const dropins = [
    { contents: '[Unit]', name: 'd.conf' },
    { contents: '[Unit]', name: 'e.conf' },
  ]
  assert.deepEqual(systemd!['units'], [{ dropins, enabled: true, name: 'x.service' }])
})

test('contents have one source: that of the including file, with how it is packed', () => {
  const file = (contents: string) => `storage: {files: [{path: /x, ${contents}}]}\n`
  const base = { 'base.yaml': file('mode: 0600, contents: {source: "data:,1", compression: gzip}') }
  const { storage } = config(`include: base.yaml\n${file('contents: {inline: two}')}`, base)
  assert.deepEqual(storage!['files'], [
    { contents: { compression: '', source: 'data:,two' }, mode: 0o600, path: '/x' },
  ])
})

test('a link takes the place of the file at its path, as in Ignition', () => {
  const { storage } = config('include: base.yaml\nstorage: {links: [{path: /x, target: /y}]}', {
    'base.yaml': 'storage: {files: [{path: /x}, {path: /z}]}',
  })
  assert.deepEqual(storage, { files: [{ path: '/z' }], links: [{ path: '/x', target: '/y' }] })
})

test('a file that is reached twice is taken once, where it is reached first', () => {
  const texts = {
    'a.yaml': 'include: lib/c.yaml\nhostname: a',
    'b.yaml': 'include: lib/../lib/c.yaml',
    'lib/c.yaml': 'hostname: c\nstorage: {files: [{path: /x, append: [{inline: once}]}]}',
  }
  const { storage } = config('include: [a.yaml, b.yaml]', texts)
  const [appended, hostname] = storage!['files']!
  assert.deepEqual(appended!['append'], [{ compression: '', source: 'data:,once' }])
  assert.deepEqual((hostname!['contents'] as Record<string, unknown>)['source'], 'data:,a%0A')
})

test('variables are declared and used in any of the files', () => {
  const texts = {
    'base.yaml': `variables: {port: {type: integer}, host: {default: h}}
containers: [{name: a, image: "${image}", ports: [!text "\${port}:80"]}]
passwd: {users: [{name: !var who, uid: 7}]}
`,
    'names.yaml': 'variables: {who: {type: string}}',
  }
  const main = `include: [base.yaml, names.yaml]
variables: {port: {default: 8080}}
hostname: !var host
passwd: {users: [{name: core, shell: /s}]}
`
  const { passwd, storage } = config(main, texts, { who: 'core' })
  assert.deepEqual(passwd!['users'], [{ name: 'core', shell: '/s', uid: 7 }])
  assert.match(JSON.stringify(storage), /PublishPort%3D8080%3A80/)
  assert.deepEqual(found(main, texts), ['base.yaml:3:25 variable-missing $'])
  assert.deepEqual(found(main, { ...texts, 'names.yaml': 'variables: {who: {type: strin}}' }, { who: 'a' }), [
    'names.yaml:1:25 variable-type $',
  ])
})

test('the environment is asked for the variables of all files', () => {
  const asked: string[][] = []
  compileConfig(`${HEAD}include: a\nvariables: {x: {default: 1}}`, {
    includes: includedTexts({ a: 'variables: {y: {default: 2}}' }),
    variables: (declared) => {
      asked.push([...declared])
      return new Map()
    },
  })
  assert.deepEqual(asked, [['y', 'x']])
})

const positions: readonly (readonly [title: string, main: string, texts: Texts, expected: string[]])[] = [
  ['YAML', 'include: a', { a: 'x: 1\ny: [' }, ['a:2:5 bad-yaml $']],
  ['a key given twice', 'include: a', { a: 'hostname: a\nhostname: b' }, ['a:2:1 duplicate-key $']],
  [
    'keys and types, in each file',
    'include: [a, b]\nhostnam: x',
    { a: '# x\ncontainers: {}', b: 'containers: []\nstorage: {files: 3}' },
    [
      'a:2:13 wrong-type $.containers',
      'b:2:18 wrong-type $.storage.files',
      'main.yaml:4:1 unknown-key $.hostnam',
    ],
  ],
  [
    'the source, with the path in its own file',
    `include: a\ncontainers: [{name: b, image: "${image}"}, {name: a, restart: on}]`,
    { a: `hostname: "-"\ncontainers:\n  - name: a\n    ports: ["80"]` },
    [
      'a:1:11 bad-hostname $.hostname',
      'a:4:13 bad-port $.containers.0.ports.0',
      'main.yaml:4:46 image-missing $.containers.1.image',
      'main.yaml:4:65 bad-restart $.containers.1.restart',
    ],
  ],
  [
    'names that are missing are not the same name',
    'include: a\ncontainers: [{image: "r.test/b"}]',
    { a: 'containers: [{image: "r.test/a"}]' },
    [
      'a:1:14 container-name-missing $.containers.0.name',
      'main.yaml:4:14 container-name-missing $.containers.0.name',
    ],
  ],
  [
    'what is given twice in one file',
    'include: a\nstorage: {files: [{path: /x}, {path: /x}]}',
    { a: 'storage: {files: [{path: /x}]}' },
    ['main.yaml:4:31 duplicate $.storage.files.1'],
  ],
  [
    'the generated config',
    'include: [a, b]',
    { a: 'storage: {files: [{path: /x}]}', b: 'storage: {files: [{path: y}]}' },
    ['b:1:26 path-relative $.storage.files.0.path'],
  ],
  [
    'text made from keys',
    `include: a\ncontainers: [{name: b, image: "${image}"}]`,
    { a: 'storage: {files: [{path: /etc/containers/systemd/b.container}]}' },
    ['main.yaml:4:14 duplicate $.containers.0'],
  ],
  [
    'null entries',
    'include: a\nstorage: {files: [~, {path: z}]}',
    { a: 'storage: {files: [~, ~, {path: y}]}' },
    ['a:1:32 path-relative $.storage.files.2.path', 'main.yaml:4:29 path-relative $.storage.files.1.path'],
  ],
  [
    'aliases and merge keys',
    'include: a',
    {
      a: 'x-u: &u {name: core, shell: x}\npasswd:\n  users:\n    - *u\n    - {<<: *u, name: bob, uid: -1, sh: y}',
    },
    ['a:5:36 unknown-key $.passwd.users.1.sh'],
  ],
]

for (const [title, main, texts, expected] of positions)
  test(`a problem is placed in the file it came from: ${title}`, () =>
    assert.deepEqual(found(main, texts), expected))

const refused: readonly (readonly [title: string, main: string, texts: Texts, expected: string[]])[] = [
  ['a cycle', 'include: a', { a: 'include: b', b: '\ninclude: [a]' }, ['b:2:11 include-cycle $.include.0']],
  ['itself', 'include: main.yaml', { 'main.yaml': HEAD }, ['main.yaml:3:10 include-cycle $.include']],
  ['no file', 'include: [a, b]', { b: '' }, ['main.yaml:3:11 include-unreadable $.include.0']],
  ['another folder', 'include: ../a', { a: '' }, ['main.yaml:3:10 include-unreadable $.include']],
  ['an absolute path', 'include: /a', {}, ['main.yaml:3:10 include-path $.include']],
  ['a URL', 'include: https://h.test/a', {}, ['main.yaml:3:10 include-path $.include']],
  ['nothing', 'include: ""', {}, ['main.yaml:3:10 include-path $.include']],
  ['a variable', 'include: [!var a]', {}, ['main.yaml:3:11 include-variable $.include.0']],
  ['a list', 'include: a', { a: '- x' }, ['a:1:1 wrong-type $']],
  [
    'another version',
    'include: a',
    { a: 'variant: afloat\nversion: 1.1.0' },
    ['a:2:10 include-header $.version'],
  ],
  ['another variant', 'include: a', { a: 'variant: flatcar' }, ['a:1:10 include-header $.variant']],
  ['a mapping as a path', 'include: [{a: b}]', {}, ['main.yaml:3:11 wrong-type $.include.0']],
]

for (const [title, main, texts, expected] of refused)
  test(`include refuses ${title}`, () => assert.deepEqual(found(main, texts), expected))

test('include takes empty files, no files, and files that agree on the header', () => {
  for (const main of ['include: []', 'include:', 'include: ~', 'include: [a, b, c]'])
    assert.deepEqual(found(main, { a: '', b: '# nothing\n', c: HEAD }), [], main)
})

test('include has limits: of levels, files, entries and size', () => {
  const chain = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`${at}`, `include: "${at + 1}"`]))
  assert.deepEqual(found('include: "0"', chain), ['15:1:10 include-too-deep $.include'])
  const names = Array.from({ length: 200 }, (_, at) => `f${at}`)
  const many = Object.fromEntries(names.map((name) => [name, '']))
  assert.deepEqual(found(`include: [${names}]`, many), ['main.yaml:3:401 include-too-many $.include.100'])
  assert.deepEqual(found(`include: [${names.map(() => 'f0').join()}, ${'f0,'.repeat(1000)}]`, many), [
    'main.yaml:3:3012 include-too-many $.include.1000',
  ])
  const large = `# ${'x'.repeat(4_000_000)}\n`
  assert.deepEqual(found('include: [a, b, c, d]', { a: large, b: large, c: large, d: large }), [
    'main.yaml:3:17 include-too-large $.include.2',
  ])
})

test('aliases of all files together expand to no more than those of one', () => {
  const list = (inner: string, name: string) => `x-${name}: &${name} [${Array(9).fill(inner).join()}]\n`
  const bomb = `x-a: &a "${'x'.repeat(50_000)}"\n${list('*a', 'b')}passwd: {users: [{name: u, groups: *b}]}\n`
  const texts = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`f${at}`, bomb]))
  assert.deepEqual(found(`include: [${Object.keys(texts)}]`, texts), [
    'f8:3:36 alias-bomb $.passwd.users.0.groups.7',
  ])
})

test('other variants do not include', () => {
  const { report } = compileConfig('variant: flatcar\nversion: 1.1.0\ninclude: a\n', {
    includes: includedTexts({ a: '' }),
  })
  assert.deepEqual(
    report.diagnostics.map(({ code, severity }) => `${severity} ${code}`),
    ['warning butane/unknown-key'],
  )
})

test('lintConfig() names the file, and heeds the comments in it', () => {
  const lint = (comment: string) => {
    const text = `# first\ncontainers:\n  - name: a\n    image: ${image} ${comment}\n`
    const { report } = lintConfig(`${HEAD}include: a.yaml`, {
      fileName: 'main.yaml',
      includes: includedTexts({ 'a.yaml': text }, 'main.yaml'),
    })
    return report.diagnostics.map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`)
  }
  assert.deepEqual(lint(''), ['a.yaml:4:12 lint/image-without-digest'])
  assert.deepEqual(lint('# lint: ignore lint/image-without-digest'), [])
  assert.deepEqual(lint('# lint: ignore lint/image-without-digst'), [
    'a.yaml:4:12 lint/image-without-digest',
    'a.yaml:4:38 lint/unknown-ignore',
  ])
})
