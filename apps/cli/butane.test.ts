import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runButane } from './butane.ts'
import { parseButaneArguments } from './butane-options.ts'

const dir = mkdtempSync(join(tmpdir(), 'afloat-butane-'))
after(() => rmSync(dir, { recursive: true }))
const file = join(dir, 'input.bu')
writeFileSync(file, 'variant: flatcar\nversion: 1.1.0\nx: 1\n')

function butane(...args: string[]) {
  let out = ''
  let err = ''
  const exit = runButane(args, { out: (text) => (out += text), err: (text) => (err += text) })
  return { exit, out, err }
}

const JSON_LINE = '{"ignition":{"version":"3.4.0"}}\n'
const WARNING = 'warning at $.x, line 3 col 1: unused key x\n'

test('parseButaneArguments() reads options in every form, before and after the file', () => {
  assert.deepEqual(parseButaneArguments(['-sp', 'a', '-oout', '-d=dir', '--check=false', '--color']), {
    options: { strict: true, pretty: true, output: 'out', filesDir: 'dir', check: false, color: 'always' },
    files: ['a'],
  })
  assert.deepEqual(parseButaneArguments(['--output', '-', '-D', '--colour=never', '--', '-s', '-']), {
    options: { output: '-', color: 'never' },
    files: ['-s', '-'],
  })
})

for (const [title, args, message] of [
  ['an unknown option', ['--frobnicate'], 'unknown flag: --frobnicate\n'],
  ['an unknown letter', ['-sx'], "unknown shorthand flag: 'x' in -sx\n"],
  ['a missing value', ['--output'], 'flag needs an argument: --output\n'],
  ['a missing value of a letter', ['-so'], "flag needs an argument: 'o' in -so\n"],
  ['a switch that is neither', ['--strict=maybe'], 'invalid argument "maybe" for "--strict" flag'],
  ['two files', ['a', 'b'], 'Usage: '],
  ['a file given in both ways', ['--input', 'a', 'b'], 'Flag --input has been deprecated'],
] as const)
  test(`butane refuses ${title} with its usage and exit code 2`, () => {
    const { exit, out, err } = butane(...args)
    assert.deepEqual([exit, out], [2, ''])
    assert.ok(err.startsWith(message), err)
    assert.match(err, /^Usage: butane \[options\] \[input-file\]$/m)
    assert.doesNotMatch(err, /--debug|--colour|--input </)
  })

test('butane compiles', () => {
  assert.deepEqual(butane('--raw-errors', file), { exit: 0, out: JSON_LINE, err: WARNING })
  assert.deepEqual(butane('--raw-errors', '-c', file), { exit: 0, out: '', err: WARNING })
  assert.deepEqual(butane('-s', '--raw-errors', file), {
    exit: 1,
    out: '',
    err: `${WARNING}Config produced warnings and --strict was specified\n`,
  })
  const output = join(dir, 'out.ign')
  assert.equal(butane('--input', file, '-o', output).exit, 0)
  assert.equal(readFileSync(output, 'utf8'), JSON_LINE)
})

test('butane prints help and version, whatever else is asked', () => {
  assert.match(butane('-h', 'no-such-file').out, /^Usage: butane/)
  assert.match(butane('-V').out, /^Afloat \S+, compatible with Butane v0\.29\.0\n$/)
})
