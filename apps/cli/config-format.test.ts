import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type FormatArguments, runFormat } from './config-format.ts'

const dir = mkdtempSync(join(tmpdir(), 'afloat-format-'))
after(() => rmSync(dir, { recursive: true }))

function write(name: string, content: string): string {
  const path = join(dir, name)
  writeFileSync(path, content)
  return path
}

function format(files: string[], options: FormatArguments = {}) {
  let out = ''
  let err = ''
  const exit = runFormat(files, options, { out: (text) => (out += text), err: (text) => (err += text) })
  return { exit, out: out.replaceAll(`${dir}/`, ''), err: err.replaceAll(`${dir}/`, '') }
}

test('config format writes all files to standard output', () => {
  const files = [write('a.yaml', 'a:   1\n'), write('b.yaml', 'b: 2\n')]
  assert.deepEqual(format(files), { exit: 0, out: 'a: 1\nb: 2\n', err: '' })
})

test('config format --check names the files that would change', () => {
  const files = [write('a.yaml', 'a:   1\n'), write('b.yaml', 'b: 2\n')]
  assert.deepEqual(format(files, { check: true }), { exit: 1, out: 'a.yaml\n', err: '' })
  assert.equal(format(files.slice(1), { check: true }).exit, 0)
})

test('config format --write changes files in place, and goes on after a bad one', () => {
  const [bad, good] = [write('bad.yaml', 'a: "\n'), write('a.yaml', "a:   'x' # c\n")]
  const { exit, out, err } = format([join(dir, 'none'), bad, good], { write: true })
  assert.deepEqual([exit, out], [1, ''])
  assert.match(err, /^Cannot read "none": there is no such file\nbad\.yaml:1:4: error: /)
  assert.equal(readFileSync(good, 'utf8'), 'a: "x" # c\n')
  assert.equal(readFileSync(bad, 'utf8'), 'a: "\n')
})
