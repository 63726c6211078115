import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testImageName } from '@afloat/build/boot2container/test-image'
import { B2cLab } from './b2c-lab.ts'

const lab = await B2cLab.open('aarch64')
after(() => lab.close())

/** Emulated: some 15 s where nothing else runs. */
const bootMs = 180_000

test('a pipeline runs on 64-bit ARM, and so does what is compiled for it', async () => {
  const helper = '/usr/lib/afloat/fscrypt'
  const words = [
    'b2c.pull=missing b2c.cache_device=auto',
    `b2c.run="${testImageName} sh -c 'exit 3'"`,
    `b2c.run="-v ${helper}:${helper}:ro ${testImageName} sh -c 'uname -m; ${helper} nothing / || echo helper-$?'"`,
  ]
  await lab.withMachine(words, { disks: [await lab.newDisk()] }, async ({ machine, report }) => {
    const { console } = machine
    await console.expect(/^aarch64$/, { timeoutMs: bootMs })
    await console.expect(/^helper-22$/)
    await console.expect(/^\[\d+\.\d\d\]: Execution is over, pipeline status: 3$/, { timeoutMs: bootMs })
    await machine.exited
    const status = await report.status()
    assert.deepEqual(
      [status?.status, status?.action, status?.containers.map(({ exitCode }) => exitCode)],
      [3, 'poweroff', [3, 0]],
    )
    const trouble = (await report.stages()).filter(({ state }) => state === 'warned' || state === 'failed')
    assert.deepEqual(trouble, [])
  })
})
