import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type DecompileArguments, runDecompile } from './config-decompile.ts'

const dir = mkdtempSync(join(tmpdir(), 'afloat-decompile-'))
after(() => rmSync(dir, { recursive: true }))

function decompile(config: unknown, options: DecompileArguments = {}) {
  const path = join(dir, 'a.ign')
  writeFileSync(path, typeof config === 'string' ? config : JSON.stringify(config))
  let out = ''
  let err = ''
  const exit = runDecompile(path, options, { out: (text) => (out += text), err: (text) => (err += text) })
  return { exit, out, err: err.replaceAll(`${dir}/`, '') }
}

const ignition = { version: '3.4.0' }

test('config decompile unpacks gzip and writes to standard output or a file', () => {
  const source = `data:;base64,${gzipSync('hello\n').toString('base64')}`
  const config = { ignition, storage: { files: [{ path: '/a', contents: { source, compression: 'gzip' } }] } }
  const { exit, out, err } = decompile(config)
  assert.deepEqual([exit, err], [0, ''])
  assert.match(out, /^variant: flatcar\nversion: 1\.1\.0\n.*inline: \|\n {10}hello\n$/s)
  const output = join(dir, 'a.yaml')
  assert.deepEqual(decompile(config, { output, variant: 'afloat' }), { exit: 0, out: '', err: '' })
  assert.match(readFileSync(output, 'utf8'), /^variant: afloat\n/)
  assert.match(decompile(config, { output: dir }).err, /^Cannot write /)
})

test('config decompile shows what the variant refuses where it stands, and exits with 1', () => {
  const luks = { name: 'a', device: '/dev/a', clevis: { tpm2: true } }
  const { exit, out, err } = decompile({ ignition, storage: { luks: [luks] } })
  assert.deepEqual([exit, out], [1, ''])
  assert.match(err, /^a\.ign:1:\d+: error: clevis is not supported.*\n {2}1 \| .*\n.*\n {2}hint: Use another/)
})

test('config decompile exits with 1 for what it cannot read', () => {
  assert.match(decompile('variant: x\n').err, /expected JSON, found YAML/)
  assert.equal(runDecompile(join(dir, 'none'), {}, { out: assert.fail, err: () => undefined }), 1)
})
