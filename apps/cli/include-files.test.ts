import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { compileText, STDIN } from './compile-file.ts'
import { runCompile, runValidate } from './config.ts'
import { runDiff } from './config-diff.ts'
import { runExplain } from './config-explain.ts'
import { runFormat } from './config-format.ts'
import { runLint } from './config-lint.ts'
import type { Output } from './report-options.ts'

const dir = mkdtempSync(join(tmpdir(), 'afloat-include-'))
after(() => rmSync(dir, { recursive: true }))

const HEAD = 'variant: afloat\nversion: 1.0.0\n'

function write(name: string, text: string): string {
  const path = join(dir, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

function capture(run: (output: Output) => number) {
  let out = ''
  let err = ''
  const exit = run({ out: (text) => (out += text), err: (text) => (err += text) })
  const short = (text: string) => text.replaceAll(`${dir}/`, '')
  return { exit, out: short(out), err: short(err) }
}

/** What a machine that includes one file is told about it. */
function problems(include: string, from = 'm/main.yaml', filesDir?: string): string[] {
  const fileName = from === STDIN ? STDIN : write(from, '')
  const { report } = compileText(`${HEAD}include: ${include}\n`, { fileName, filesDir })
  return report.diagnostics.map(({ message, hint }) => `${message}${hint === undefined ? '' : `; ${hint}`}`)
}

test('every command that reads a config takes its includes, and names the file it talks of', () => {
  const main = write('fleet/web.yaml', `${HEAD}include: roles/web.yaml\nhostname: web\n`)
  write('fleet/roles/web.yaml', 'include: ../base.yaml\ncontainers:\n  - {name: web, image: r.test/web:1}\n')
  write('fleet/base.yaml', 'hostname: base\npasswd: {users: [{name: core, groups: [x]}]}\n')
  const whole = write(
    'whole.yaml',
    `${HEAD}hostname: web\npasswd: {users: [{name: core, groups: [x]}]}\ncontainers: [{name: web, image: r.test/web:1}]\n`,
  )
  const compiled = capture((output) => runCompile(main, {}, output))
  assert.deepEqual(compiled, { ...capture((output) => runCompile(whole, {}, output)), err: '' })
  assert.equal(capture((output) => runDiff(main, whole, {}, output)).exit, 0)
  assert.match(capture((output) => runExplain(main, {}, output)).out, /web {2}r\.test\/web:1/)
  assert.equal(
    capture((output) => runValidate(main, {}, output)).out,
    'fleet/web.yaml: valid, Ignition 3.4.0\n',
  )
  assert.equal(capture((output) => runFormat([main], { check: true }, output)).exit, 0)
  assert.deepEqual(
    JSON.parse(capture((output) => runLint(main, { json: true }, output)).out).findings.map(
      ({ file, line, code }: Record<string, unknown>) => `${file}:${line} ${code}`,
    ),
    ['fleet/base.yaml:2 lint/unknown-group', 'fleet/roles/web.yaml:3 lint/image-without-digest'],
  )
})

test('a problem in an included file is shown there', () => {
  const main = write('bad.yaml', `${HEAD}include: bad-role.yaml\n`)
  write('bad-role.yaml', 'hostname: "-"\n')
  assert.deepEqual(
    capture((output) => runCompile(main, {}, output)).err,
    `bad-role.yaml:1:11: error: Hostname "-" is not valid: expected letters, digits, "-" and ".", at most 64 characters (butane/bad-hostname)
  1 | hostname: "-"
    |           ^^^
Error translating config: source config is invalid
`,
  )
  assert.match(
    capture((output) => runCompile(main, { rawErrors: true }, output)).err,
    /^error at \$\.hostname, bad-role\.yaml line 1 col 11: Hostname/,
  )
})

test('includes stay below the folder of the first file and the files directory', () => {
  write('secret.yaml', 'hostname: secret\n')
  mkdirSync(join(dir, 'm'), { recursive: true })
  symlinkSync('../secret.yaml', join(dir, 'm/link.yaml'))
  const refused =
    'it lies outside the folder of the first file; Move it there, or name a folder that holds it with -d/--files-dir'
  for (const path of ['../secret.yaml', 'link.yaml', 'x/../../secret.yaml'])
    assert.deepEqual(problems(path), [`Cannot include "${path}": ${refused}`])
  for (const path of ['../secret.yaml', 'link.yaml']) assert.deepEqual(problems(path, 'm/main.yaml', dir), [])
})

test('standard input includes from the files directory', () => {
  write('m/part.yaml', 'hostname: part\n')
  assert.deepEqual(problems('part.yaml', STDIN, join(dir, 'm')), [])
  assert.deepEqual(problems('part.yaml', STDIN), [
    'Cannot include "part.yaml": standard input has no folder that paths could be relative to; Name the folder with -d/--files-dir',
  ])
})

test('cycles are found by the file, not by its name', () => {
  symlinkSync('.', join(dir, 'm/again'))
  symlinkSync('loop', join(dir, 'm/loop'))
  write('m/cycle.yaml', 'include: again/cycle.yaml\n')
  assert.match(problems('cycle.yaml')[0]!, /^Cannot include "again\/cycle\.yaml": it is being read already: /)
  assert.deepEqual(problems('loop'), [
    'Cannot include "loop": too many symbolic links; Paths are relative to the file that includes',
  ])
})

test('includes are regular files of text, and not too large', () => {
  writeFileSync(join(dir, 'm/binary'), new Uint8Array([0xff, 0xfe]))
  writeFileSync(join(dir, 'm/large'), '')
  truncateSync(join(dir, 'm/large'), 50 * 1024 * 1024)
  execFileSync('mkfifo', [join(dir, 'm/pipe')])
  for (const [path, problem] of [
    ['none', 'there is no such file; Paths are relative to the file that includes'],
    ['.', 'it is a directory; Name a file in it'],
    ['binary', 'it is not UTF-8 text; Save the file as UTF-8'],
    ['large', 'it is larger than 10 MB; Load large files from local files or an https: source'],
    ['pipe', 'it is no regular file'],
    ['binary/x', 'a part of the path is not a directory; Paths are relative to the file that includes'],
  ] as const)
    assert.deepEqual(problems(path), [`Cannot include "${path}": ${problem}`])
})
