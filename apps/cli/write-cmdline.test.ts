import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { generateKey } from '@afloat/build/keys'
import { loadSigner } from '@afloat/build/sign-arguments'
import { runCheck } from './b2c-check.ts'
import { type CompileArguments, runCompile } from './config.ts'
import { runExplain } from './config-explain.ts'

const dir = mkdtempSync(join(tmpdir(), 'afloat-cmdline-'))
after(() => rmSync(dir, { recursive: true }))

const HEAD = 'variant: afloat\nversion: 1.0.0\n'
const SHORT = `${HEAD}boot_containers: {run: [{image: r.test/a, command: echo hi}]}\n`
const long = (more: string) =>
  `${HEAD}boot_containers:\n  run: [{image: r.test/a, command: "${'x'.repeat(2040)}"}, {image: r.test/b}]\n${more}`

function compile(yaml: string, options: CompileArguments = {}) {
  const path = join(dir, 'a.yaml')
  writeFileSync(path, yaml)
  let out = ''
  let err = ''
  const output = { out: (text: string) => (out += text), err: (text: string) => (err += text) }
  const exit = runCompile(path, { target: 'b2c', ...options }, output)
  return { exit, out, err: err.replaceAll(`${dir}/`, '') }
}

const read = (name: string) => readFileSync(join(dir, name), 'utf8')

test('config compile --target b2c writes one line', () => {
  assert.deepEqual(compile(SHORT), { exit: 0, out: 'b2c.run="r.test/a echo hi"\n', err: '' })
  assert.deepEqual(compile(SHORT, { check: true }), { exit: 0, out: '', err: '' })
  assert.deepEqual(compile(SHORT, { output: join(dir, 'line') }), { exit: 0, out: '', err: '' })
  assert.equal(read('line'), 'b2c.run="r.test/a echo hi"\n')
})

test('config compile says which target a file is for', () => {
  const { exit, err } = compile(SHORT, { target: 'ignition' })
  assert.equal(exit, 1)
  assert.match(
    err,
    /^a\.yaml:3:18: error: boot_containers becomes a kernel command line.*\n[\s\S]*--target b2c\n/,
  )
  assert.match(compile(`${HEAD}hostname: a\n`).err, /^a\.yaml:1:1: error: File has no boot_containers/)
})

test('config compile --target b2c puts what does not fit into a signed file', async () => {
  await generateKey(join(dir, 'site'))
  const signer = await loadSigner(join(dir, 'site.key'))
  const yaml = long('  extra_args_url: http://h.test/x\n')
  const files = { output: join(dir, 'line'), extraArgs: join(dir, 'extra') }
  assert.equal(compile(yaml, { ...files, signer }).exit, 0)
  assert.equal(read('line'), `b2c.extra_args_key=${signer.publicKey} b2c.extra_args_url=http://h.test/x\n`)
  assert.match(
    read('extra'),
    /^b2c\.run="r\.test\/a x{2040}"\nb2c\.run=r\.test\/b\nb2c\.extra_args_signature=\S{88}\n$/,
  )
  const quiet = { out: () => undefined, err: (text: string) => assert.equal(text, '') }
  assert.equal(runCheck([], { file: files.output, extraArgs: files.extraArgs }, quiet), 0)

  const other = 'ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8='
  const keyed = long(`  extra_args_url: http://h.test/x\n  extra_args_key: [${other}]\n`)
  assert.match(
    compile(keyed, { ...files, signer }).err,
    /Cannot sign with this key: the machine would not know it\nhint: Add "/,
  )
  assert.match(compile(keyed, files).err, /Cannot sign extra arguments: there is no private key\nhint: /)
})

test('config compile --target b2c says what it lacks for a long pipeline', () => {
  const { exit, out, err } = compile(long(''))
  assert.deepEqual([exit, out], [1, ''])
  assert.match(
    err,
    /^a\.yaml:4:3: error: Command line would have \d+ bytes: the kernel takes 2047 \(b2c\/does-not-fit\)\n[\s\S]*extra_args_url/,
  )
  assert.match(compile(SHORT, { limit: 20 }).err, /Command line would have 26 bytes: the kernel takes 20/)
  const withUrl = long('  extra_args_url: https://h.test/x\n')
  assert.match(
    compile(withUrl).err,
    /Cannot write all on the command line: it is too long\nhint: Pass --extra-args FILE/,
  )
  assert.match(compile(SHORT, { extraArgs: join(dir, 'x') }).err, /nothing says where they will be/)
  assert.match(compile(withUrl, { extraArgs: '/proc/none/x' }).err, /Cannot write "\/proc\/none\/x": /)
})

test('config compile --target b2c places what cannot be written', () => {
  const { exit, err } = compile(`${SHORT.replace(']}', '], shutdown_cmd: \'echo "x"\'}')}`)
  assert.equal(exit, 1)
  assert.match(
    err,
    /^a\.yaml:3:\d+: error: Cannot write the value as a parameter: it holds " \(b2c\/unwritable\)\n/,
  )
})

test('config compile --target b2c shows no line with a secret', () => {
  const aliases = "minio: [{alias: m, url: 'https://h.test', key: k, secret: geheim}]"
  const { exit, err } = compile(SHORT.replace(']}', `], ${aliases}}`))
  assert.equal(exit, 0)
  assert.match(err, /^a\.yaml:3:\d+: warning: Secret of the S3 alias stands on the command line/)
  assert.equal(err.includes('geheim'), false)
})

test('config explain tells what a pipeline does', () => {
  writeFileSync(join(dir, 'e.yaml'), SHORT)
  let out = ''
  const output = { out: (text: string) => (out += text), err: (text: string) => assert.equal(text, '') }
  assert.equal(runExplain(join(dir, 'e.yaml'), {}, output), 0)
  assert.match(out, /^container {3}0: r\.test\/a echo hi;/m)
  out = ''
  assert.equal(runExplain(join(dir, 'e.yaml'), { json: true }, output), 0)
  assert.equal(JSON.parse(out).kind, 'PipelineExplanation')
})
