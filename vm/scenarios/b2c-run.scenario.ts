import assert from 'node:assert/strict'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { b2cBudgets } from '@afloat/bench/sizes'
import { B2cLab } from './b2c-lab.ts'
import { startCli } from './cli.ts'

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

test('kernel and initramfs of boot2container keep to their budgets', async () => {
  const sizes = { kernel: lab.base.kernel, initramfs: lab.base.initramfs }
  for (const [name, path] of Object.entries(sizes))
    assert.ok((await stat(path)).size <= b2cBudgets[name]!, `${name} is too large`)
})
