import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fwCfgNames } from './config.ts'
import { Lab, type LabMachineOptions } from './lab.ts'

const lab = await Lab.open()
after(() => lab.close())

const screenTimeoutMs = 240_000

/**
 * A boot that fails for its config, and does then what the kernel arguments say. That `hold` stands still is checked by
 * expectFailureScreen() in other scenarios.
 */
async function failingMachine(...kernelArgs: string[]): Promise<LabMachineOptions> {
  const fwCfg = { [fwCfgNames[0]]: 'no config' }
  return { disk: await lab.newDisk(), fwCfg, kernelArgs, failure: /Kernel panic - not syncing/ }
}

test('afloat.on_failure=shell gives a shell on the console, whose end restarts the machine', async () => {
  await lab.withMachine(await failingMachine('afloat.on_failure=shell'), async ({ console }) => {
    await console.expect(/A shell follows/, { timeoutMs: screenTimeoutMs })
    await console.expect(/# $/, { timeoutMs: 30_000 })
    console.send(
      'echo "$((6 * 7)) from process $(readlink /proc/self/root)"; cat /stage/usr/lib/os-release\n',
    )
    await console.expect(/^42 from process \/$/)
    await console.expect(new RegExp(`^IMAGE_VERSION="?${lab.version}"?$`))
    console.assertNever(/reboot: Restarting system/)
    console.send('exit\n')
    await console.expect(/reboot: Restarting system/)
    await console.expect(/This machine did not boot/, { timeoutMs: screenTimeoutMs })
    console.assertNever(/Welcome to /)
  })
})

test('the default restarts the machine after the time of afloat.failure_delay=', async () => {
  await lab.withMachine(await failingMachine('afloat.failure_delay=7'), async ({ console }) => {
    const announced = await console.expect(/The machine restarts in 7 seconds/, {
      timeoutMs: screenTimeoutMs,
    })
    const restarted = await console.expect(/reboot: Restarting system/, { timeoutMs: 60_000 })
    assert.ok(restarted.ms - announced.ms >= 6900, `It took only ${restarted.ms - announced.ms} ms`)
    await console.expect(/The machine restarts in 7 seconds/, { timeoutMs: screenTimeoutMs })
    console.assertNever(/Welcome to /)
  })
})
