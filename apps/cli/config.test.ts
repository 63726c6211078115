import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { compileFile } from './compile-file.ts'
import { type CompileArguments, configCommand, runCompile, runValidate } from './config.ts'
import { colorChoice, usesColor } from './config-report.ts'

const dir = mkdtempSync(join(tmpdir(), 'afloat-config-'))
after(() => rmSync(dir, { recursive: true }))

function write(name: string, content: string | Uint8Array): string {
  const path = join(dir, name)
  writeFileSync(path, content)
  return path
}

function capture(run: (output: { out(text: string): void; err(text: string): void }) => number) {
  let out = ''
  let err = ''
  const exit = run({ out: (text) => (out += text), err: (text) => (err += text) })
  return { exit, out, err: err.replaceAll(`${dir}/`, '') }
}

const compile = (file: string, options: CompileArguments = {}) =>
  capture((output) => runCompile(file, options, output))
const validate = (file: string) => capture((output) => runValidate(file, {}, output))

const HEAD = 'variant: flatcar\nversion: 1.1.0\n'

test('config compile prints problems as the reference does and fails only on errors', () => {
  const file = write('warn.yaml', `${HEAD}paswd: x\n`)
  const warning = `warning[$.paswd]:
  --> warn.yaml:3:1
   |
 1 | variant: flatcar
 2 | version: 1.1.0
 3 | paswd: x
   | ^^^^^^ unused key paswd
 4 | ${''}
   |
`
  assert.deepEqual(compile(file), { exit: 0, out: '{"ignition":{"version":"3.4.0"}}\n', err: warning })
  assert.deepEqual(compile(file, { strict: true }), {
    exit: 1,
    out: '',
    err: `${warning}Config produced warnings and --strict was specified\n`,
  })
  assert.deepEqual(compile(file, { check: true, rawErrors: true }), {
    exit: 0,
    out: '',
    err: 'warning at $.paswd, line 3 col 1: unused key paswd\n',
  })
})

test('config compile says what to do: on request, for variant afloat, and where the reference has no words', () => {
  const file = write('warn.yaml', `${HEAD}paswd: x\n`)
  assert.equal(
    compile(file, { hints: true }).err,
    `warn.yaml:3:1: warning: unused key paswd (butane/unknown-key)
  3 | paswd: x
    | ^^^^^
  hint: Write "passwd"
`,
  )
  const own = write('own.yaml', 'variant: afloat\nversion: 1.0.0\nhostnam: x\n')
  assert.match(
    compile(own).err,
    /^own\.yaml:3:1: error: Unknown key "hostnam".*\n {2}hint: Write "hostname"\n/s,
  )
  const header = write('header.yaml', 'variant: aflot\nversion: 1.0.0\n')
  assert.match(compile(header).err, /\n {2}hint: Write variant: afloat\n/)
  const types = write('types.yaml', `${HEAD}passwd: {users: {name: core}}\n`)
  assert.match(compile(types).err, /^types\.yaml:3:17: error: .*\n {2}hint: Write one item per line/s)
})

test('config compile reports in the order of the checks', () => {
  const file = write(
    'order.yaml',
    `${HEAD}storage: {links: [{path: l, target: x}], files: [{path: a, mode: 644}]}\ny: 1\n`,
  )
  assert.deepEqual(compile(file, { rawErrors: true }).err.match(/(?<=: ).*(?=\n)/g), [
    'unused key y',
    'unreasonable mode would be reasonable if specified in octal; remember to add a leading zero',
    'path not absolute',
    'setuid/setgid/sticky bits are not supported or functional in spec versions older than 3.6.0',
    'path not absolute',
    'config generated was invalid',
  ])
})

test('config compile leaves to the machine what the reference program does not check', () => {
  const file = write('own.yaml', `${HEAD}passwd: {users: [{name: "a b", uid: -1}]}\n`)
  assert.equal(compile(file).exit, 0)
  assert.equal(compileFile(file).report.diagnostics.length, 2)
})

test('config compile writes indented JSON to a file', () => {
  const output = join(dir, 'out.ign')
  assert.deepEqual(compile(write('a.yaml', HEAD), { output, pretty: true }), { exit: 0, out: '', err: '' })
  assert.equal(readFileSync(output, 'utf8'), '{\n  "ignition": {\n    "version": "3.4.0"\n  }\n}\n')
  assert.match(
    compile(write('a.yaml', HEAD), { output: join(dir, 'no/out') }).err,
    /^failed to open no\/out: open no\/out: no such file or directory\n$/,
  )
})

for (const [title, content, err] of [
  ['no text', '', /^Error translating config: error parsing variant; must be specified\n$/],
  [
    'an unknown variant',
    'variant: x\nversion: 1.0.0',
    /^Error translating config: No translator exists for variant x with version 1\.0\.0\n$/,
  ],
  ['broken YAML', 'a: "', /Cannot read YAML: .*\nError translating config: Error unmarshaling yaml\n$/s],
  ['a wrong type', `${HEAD}storage: 1`, /\nError translating config: yaml: unmarshal errors\n$/],
  ['bytes that are not UTF-8', Uint8Array.of(0xff), /^Cannot read "bad": it is not UTF-8 text\n$/],
  ['a file over 10 MB', ' '.repeat(10 * 1024 * 1024 + 1), /^Cannot read "bad": it is larger than 10 MB\n$/],
] as const)
  test(`config compile refuses ${title}`, () => {
    const { exit, out, err: found } = compile(write('bad', content))
    assert.deepEqual([exit, out], [1, ''])
    assert.match(found, err)
  })

test('config compile says why a file cannot be read', () => {
  const missing = 'failed to open missing: open missing: no such file or directory\n'
  assert.equal(compile(join(dir, 'missing')).err, missing)
  assert.equal(compile(dir).err, `failed to read ${dir}: read ${dir}: is a directory\n`)
})

test('config compile embeds local files and trees, follows links in the files directory, and never leaves it', () => {
  mkdirSync(join(dir, 'files/tree/bin'), { recursive: true })
  writeFileSync(join(dir, 'files/tree/bin/run'), '#!/bin/sh\n', { mode: 0o755 })
  symlinkSync('bin/run', join(dir, 'files/tree/link'))
  write('outside', 'outside\n')
  symlinkSync('../outside', join(dir, 'files/inside'))
  const filesDir = join(dir, 'files')
  const local = (path: string) =>
    write('l.yaml', `${HEAD}storage: {files: [{path: /a, contents: {local: ${path}}}]}`)
  assert.match(compile(local('inside'), { filesDir }).out, /"source":"data:,outside%0A"/)
  assert.match(
    compile(local('../outside'), { filesDir }).err,
    /local file path traverses outside the files directory/,
  )
  assert.match(compile(local('none'), { filesDir }).err, /open files\/none: no such file or directory/)
  assert.match(compile(local('tree'), { filesDir }).err, /read files\/tree: is a directory/)
  assert.match(compile(local('inside')).err, /must be specified with -d\/--files-dir/)

  const tree = write('t.yaml', `${HEAD}storage: {trees: [{local: tree}]}`)
  assert.deepEqual(JSON.parse(compile(tree, { filesDir }).out).storage, {
    files: [
      {
        path: '/bin/run',
        contents: { compression: '', source: 'data:,%23!%2Fbin%2Fsh%0A' },
        mode: 0o755,
      },
    ],
    links: [{ path: '/link', target: 'bin/run' }],
  })
})

test('config validate accepts every version, and warns of what is not applied', () => {
  const good = write('good.ign', '{"ignition":{"version":"3.3.0"}}')
  assert.deepEqual(validate(good), { exit: 0, out: `${good}: valid, Ignition 3.3.0\n`, err: '' })
  for (const version of ['3.0.0', '3.6.0', '3.7.0-experimental'])
    assert.equal(validate(write('a.ign', JSON.stringify({ ignition: { version } }))).exit, 0)
  const { exit, err } = validate(
    write('disks.ign', '{"ignition":{"version":"3.3.0"},"storage":{"disks":[{"device":"/dev/a"}]}}'),
  )
  assert.equal(exit, 0)
  assert.match(
    err,
    /^disks\.ign:1:52: warning: Section "storage\.disks" is not applied by this version of Afloat/,
  )
})

test('config validate places what is wrong', () => {
  const luks = '{"name": "a", "device": "/dev/a", "clevis": {"tpm2": true}, "cex": {"enabled": true}}'
  for (const [text, expected] of [
    [`{"ignition": {"version": "3.5.0"},\n "storage": {"luks": [${luks}]}}`, /^bad\.ign:2:90: error: .*cex/m],
    ['{"ignition": {"version": "3.8.0"}}', /^bad\.ign:1:26: error: .*3\.8\.0/],
    ['{"ignition":\n  {"version" "3.4.0"}}', /^bad\.ign:2:14: error: /],
  ] as const) {
    const { exit, out, err } = validate(write('bad.ign', text))
    assert.deepEqual([exit, out], [1, ''])
    assert.match(err, expected)
  }
  assert.match(validate(write('bad.ign', HEAD)).err, /expected JSON, found YAML/)
  assert.equal(validate(write('a.yaml', HEAD)).exit, 0)
})

test('compileFile() compiles YAML and passes Ignition on as it is', () => {
  const text = '{ "ignition": {"version": "3.2.0"} }\n'
  assert.equal(compileFile(write('x.ign', text)).ignitionJson, text)
  assert.equal(compileFile(write('x', text)).ignitionJson, text)
  const flow = write('flow.yaml', '{variant: afloat, version: 1.0.0, hostname: box}')
  assert.match(compileFile(flow).ignitionJson ?? '', /"path":"\/etc\/hostname"/)
})

test('compileFile() gives no config for errors, for what is not applied, and for warnings if strict', () => {
  assert.equal(compileFile(write('x.ign', '{}')).ignitionJson, undefined)
  const disks = compileFile(write('d.yaml', `${HEAD}storage: {disks: [{device: /dev/a}]}`))
  assert.equal(disks.ignitionJson, undefined)
  assert.deepEqual(
    disks.report.diagnostics.map(({ code, line, column }) => [code, line, column]),
    [['ignition/unsupported-section', 3, 18]],
  )
  const warn = write('w.yaml', `${HEAD}x: 1`)
  assert.ok(compileFile(warn).ignitionJson)
  assert.equal(compileFile(warn, { strict: true }).ignitionJson, undefined)
  assert.throws(() => compileFile(join(dir, 'none')), { code: 'config/unreadable' })
})

test('configCommand() takes the options of the reference program', async () => {
  const file = write('c.yaml', HEAD)
  const output = join(dir, 'c.ign')
  const command = () => configCommand().exitOverride()
  await command().parseAsync(['compile', '--color', file, '-s', '-p', '-r', '-d', dir, '-o', output], {
    from: 'user',
  })
  assert.equal(process.exitCode, 0)
  assert.match(readFileSync(output, 'utf8'), /^\{\n/)
  process.exitCode = undefined
})

test('colorChoice() and usesColor() follow the option, the terminal and NO_COLOR', () => {
  assert.deepEqual([true, 'yes', 'never', undefined, 'x'].map(colorChoice), [
    'always',
    'always',
    'never',
    'auto',
    undefined,
  ])
  assert.equal(usesColor('auto', { isTTY: true }, {}), true)
  assert.equal(usesColor('auto', { isTTY: true }, { NO_COLOR: '' }), false)
  assert.equal(usesColor('auto', {}, {}), false)
  assert.equal(usesColor('always', {}, { NO_COLOR: '1' }), true)
})
