import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { b2cBudgets } from '@afloat/bench/sizes'
import { cacheDir } from '@afloat/build/cache'
import { freePort } from '../ports.ts'
import { hostAddress } from './b2c-faults.ts'
import { B2cLab } from './b2c-lab.ts'
import { startCli } from './cli.ts'
import { processesLeft, processesWith } from './processes-with.ts'

let lab: B2cLab

before(async () => {
  lab = await B2cLab.open()
})

after(async () => {
  await lab.close()
})

test('b2c run: shares a folder, prints what the container prints, ends with its exit code', async () => {
  const folder = join(lab.dir, 'shared')
  await mkdir(folder)
  await writeFile(join(folder, 'in'), 'hello\n')
  const script = 'cat /work/in; echo out >/work/out; exit 7'
  const args = ['b2c', 'run', '--quiet', '--share', `${folder}:/work`, '--', lab.image.archive, 'sh', '-c']
  const { code, stdout, stderr } = await startCli([...args, script]).ended
  assert.deepEqual({ code, stdout, stderr }, { code: 7, stdout: 'hello\n', stderr: '' })
  assert.equal(await readFile(join(folder, 'out'), 'utf8'), 'out\n')
})

test('b2c run: a port leads to what a registry has, and Ctrl-C ends it all', async () => {
  const registry = await lab.registry()
  const folder = join(lab.dir, 'served')
  await mkdir(folder)
  await writeFile(join(folder, 'index.html'), 'from the container\n')
  const port = await freePort()
  const image = ['--tls-verify=false', `${hostAddress}:${registry.port}/busybox:1`]
  const options = ['--port', `${port}:8080`, '--share', `${folder}:/www:ro`]
  const command = ['httpd', '-f', '-p', '8080', '-h', '/www']
  const temporary = join(lab.dir, 'tmp')
  await mkdir(temporary)
  const run = startCli(['b2c', 'run', ...options, '--', ...image, ...command], { TMPDIR: temporary })
  const ended = run.ended.then(({ code, stderr }) => assert.fail(`ended with ${code}\n${stderr}`))
  assert.equal(await Promise.race([answerOf(port), ended]), 'from the container\n')
  assert.equal(processesWith(temporary).length > 0 && processesWith(folder).length > 0, true)
  run.signal('SIGINT')
  const { code } = await run.ended
  ended.catch(() => {})
  assert.equal(code, 130)
  await assert.rejects(fetch(`http://127.0.0.1:${port}/`))
  assert.deepEqual(await processesLeft(temporary, folder), [])
  assert.deepEqual(await readdir(temporary), [])
  assert.equal(existsSync(join(cacheDir(), 'machines', `b2c-${run.pid}`)), false)
})

/** Asks until something answers. */
async function answerOf(port: number): Promise<string> {
  const deadline = performance.now() + 120_000
  for (;;) {
    try {
      return await (await fetch(`http://127.0.0.1:${port}/`)).text()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await sleep(200)
    }
  }
}

test('kernel and initramfs of boot2container keep to their budgets', async () => {
  const sizes = { kernel: lab.base.kernel, initramfs: lab.base.initramfs }
  for (const [name, path] of Object.entries(sizes))
    assert.ok((await stat(path)).size <= b2cBudgets[name]!, `${name} is too large`)
})
