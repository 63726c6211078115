import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type DiffArguments, runDiff } from './config-diff.ts'

const dir = mkdtempSync(join(tmpdir(), 'afloat-diff-'))
after(() => rmSync(dir, { recursive: true }))

function write(name: string, content: string): string {
  const path = join(dir, name)
  writeFileSync(path, content)
  return path
}

function diff(a: string, b: string, options: DiffArguments = {}) {
  let out = ''
  let err = ''
  const exit = runDiff(a, b, options, { out: (text) => (out += text), err: (text) => (err += text) })
  return { exit, out, err: err.replaceAll(`${dir}/`, '') }
}

const HEAD = 'variant: flatcar\nversion: 1.1.0\n'
const motd = (text: string) => `${HEAD}storage: {files: [{path: /etc/motd, contents: {inline: "${text}"}}]}\n`
const zeros = '0'.repeat(2000)

test('config diff exits with 0 for YAML and Ignition that mean the same', () => {
  const yaml = write('a.yaml', motd(zeros))
  const files = [{ path: '/etc/motd', contents: { source: `data:,${zeros}` } }]
  const ign = write('a.ign', JSON.stringify({ ignition: { version: '3.4.0' }, storage: { files } }))
  assert.deepEqual(diff(yaml, ign), { exit: 0, out: '', err: '' })
  assert.deepEqual(JSON.parse(diff(yaml, ign, { json: true }).out), {
    apiVersion: 'afloat/v1',
    kind: 'ConfigDifferences',
    same: true,
    differences: [],
  })
})

test('config diff exits with 1 for what differs', () => {
  const { exit, out } = diff(write('a.yaml', motd('a\\n')), write('b.yaml', motd('b\\n')))
  assert.equal(exit, 1)
  assert.equal(out, '~ storage.files[/etc/motd].contents\n    @@ -1 +1 @@\n    -a\n    +b\n')
  const binary = (bytes: string) =>
    write(`${bytes}.yaml`, `${HEAD}storage: {files: [{path: /a, contents: {source: "data:,${bytes}"}}]}`)
  assert.match(diff(binary('%00'), binary('%01')).out, /: 1 B, sha256 6e340b9cffb37a98 → 1 B, sha256 4bf5/)
})

test('config diff exits with 2 for a config with errors, and for none', () => {
  const good = write('a.yaml', HEAD)
  const { exit, out, err } = diff(good, write('bad.yaml', `${HEAD}storage: 1\n`))
  assert.deepEqual([exit, out], [2, ''])
  assert.match(err, /^bad\.yaml:3:10: error: /)
  assert.equal(diff(good, join(dir, 'none')).exit, 2)
})
