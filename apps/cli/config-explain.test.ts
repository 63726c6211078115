import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type ExplainArguments, runExplain } from './config-explain.ts'

const dir = mkdtempSync(join(tmpdir(), 'afloat-explain-'))
after(() => rmSync(dir, { recursive: true }))

function explain(name: string, content: string, options: ExplainArguments = {}) {
  const path = join(dir, name)
  writeFileSync(path, content)
  let out = ''
  let err = ''
  const exit = runExplain(path, options, { out: (text) => (out += text), err: (text) => (err += text) })
  return { exit, out, err: err.replaceAll(`${dir}/`, '') }
}

test('config explain compiles YAML and unpacks what was compressed', () => {
  const text = `variant: flatcar
version: 1.1.0
storage:
  files:
    - path: /zeros
      contents:
        inline: "${'0'.repeat(2000)}"
`
  const { exit, out, err } = explain('a.yaml', text)
  assert.deepEqual([exit, err], [0, ''])
  assert.match(out, /^ {2}0644 {2}root:root {2}\/zeros {2}2\.0 kB, gzip \d+ B in the config$/m)
})

test('config explain takes Ignition with sections that Afloat does not apply, and prints JSON', () => {
  const text = '{"ignition":{"version":"3.3.0"},"storage":{"disks":[{"device":"/dev/a"}]}}'
  const { exit, out } = explain('a.ign', text, { json: true })
  assert.equal(exit, 0)
  const { apiVersion, kind, disks } = JSON.parse(out)
  assert.deepEqual([apiVersion, kind], ['afloat/v1', 'ConfigExplanation'])
  assert.deepEqual(disks, [{ device: '/dev/a', wiped: false, partitions: [] }])
})

test('config explain embeds local files from the directory given', () => {
  writeFileSync(join(dir, 'motd'), 'hello')
  const text =
    'variant: flatcar\nversion: 1.1.0\nstorage: {files: [{path: /etc/motd, contents: {local: motd}}]}'
  assert.match(explain('l.yaml', text, { filesDir: dir }).out, /\/etc\/motd {2}5 B\n/)
  assert.match(explain('l.yaml', text).err, /local file paths are relative to a files directory/)
})

test('config explain names what is wrong, with its place, and exits with 1', () => {
  const { exit, out, err } = explain('bad.yaml', 'variant: flatcar\nversion: 1.1.0\nstorage: 1\n')
  assert.deepEqual([exit, out], [1, ''])
  assert.match(err, /^bad\.yaml:3:10: error: /)
  assert.equal(runExplain(join(dir, 'none'), {}, { out: assert.fail, err: () => undefined }), 1)
})
