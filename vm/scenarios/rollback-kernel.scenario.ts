import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { configOf, fwCfgNames } from './config.ts'
import { FaultyRelease } from './faulty-release.ts'
import { Lab } from './lab.ts'
import { waitUntilReady } from './ready.ts'
import {
  assertFailed,
  bareConfig,
  bootId,
  runs,
  settleSec,
  verdictOf,
  waitFor,
  waitUntilOld,
} from './trials.ts'

const lab = await Lab.open()
after(() => lab.close())

test('a machine comes back to the old release when the new one takes all of it down', async (t) => {
  const bad = await FaultyRelease.build(lab, '9.0.0')
  const options = {
    disk: await lab.newDisk(),
    extraDisks: [bad.disk],
    fwCfg: { [fwCfgNames[0]]: configOf(bareConfig) },
    // PID 1 that crashes stands still, which is what the guard is to notice; and no time is lost on screens
    kernelArgs: ['systemd.crash_action=freeze', 'afloat.failure_delay=1'],
    failure: /(?!)/,
  }

  await lab.withMachine(options, async (machine) => {
    await waitUntilReady(machine)
    await bad.writeTo(machine)

    await t.test('PID 1 stands still: the guard restarts the kernel', async () => {
      const before = await bootId(machine)
      await bad.tryOn(machine, { action: 'soft-reboot', fault: 'crash', settleSec: 40 })
      await waitFor(machine, 'cat /proc/sys/kernel/random/boot_id', (id) => id !== '' && id !== before)
      assertFailed(await verdictOf(machine), 'health/no-answer', /^systemd does not answer/)
      await waitUntilOld(machine, lab.version)
    })

    await t.test('a slot whose hash tree is damaged is not switched to, and not held', async () => {
      await machine.sh('dd if=/dev/zero of=/dev/vda5 bs=4096 seek=1 count=1 conv=notrunc,fsync status=none')
      const order = { action: 'soft-reboot', fault: 'none', settleSec } as const
      await assert.rejects(bad.tryOn(machine, order), /slots\/damaged|softreboot\/root-not-assembled/)
      assert.equal(await machine.sh('ls /var/lib/afloat/update/trial.json 2>/dev/null; :'), '')
      assert.equal(await runs(machine), lab.version)
    })

    await t.test('verity data is damaged: boot counting', async () => {
      await bad.tryOn(machine, { action: 'reboot', fault: 'none', settleSec })
      assertFailed(await verdictOf(machine), 'health/did-not-start', /^it did not start; the boot loader/)
      await waitUntilOld(machine, lab.version)
      await machine.console.expect(/Error code: +init\/usr-damaged/, { from: 'start', timeoutMs: 1000 })
    })

    const cutShort = 'truncate --size=8M /boot/EFI/Linux/afloat_9*; sync'
    await t.test('its kernel image is cut short: it is not switched to', async () => {
      await bad.writeTo(machine)
      await machine.sh(cutShort)
      for (const action of ['soft-reboot', 'reboot'] as const)
        await assert.rejects(bad.tryOn(machine, { action, fault: 'none', settleSec }), /slots\/no-entry/)
      assert.equal(await machine.sh('ls /var/lib/afloat/update/trial.json 2>/dev/null; :'), '')
    })

    await t.test(
      'its kernel image is cut short after that was looked at: each reset costs a try',
      async () => {
        await bad.writeTo(machine)
        await bad.tryOn(machine, { action: 'arm', fault: 'none', settleSec })
        await machine.sh(`${cutShort}; systemctl --no-block reboot`)
        // The boot loader gives up, and this firmware then has a shell to offer.
        for (let tries = 0; tries < 3; tries++) {
          await machine.console.expect(/Error loading .*afloat_9\.0\.0/, { timeoutMs: 180_000 })
          await machine.reset()
        }
        assertFailed(await verdictOf(machine), 'health/did-not-start', /^it did not start; the boot loader/)
        await waitFor(machine, 'systemctl is-active afloat-health; :', (text) => text === 'inactive')
        assert.equal(await runs(machine), lab.version)
      },
    )

    await bad.writeTo(machine)
    await bad.tryOn(machine, { action: 'soft-reboot', fault: 'unit', settleSec })
    await waitFor(machine, 'ls /usr/share/faulty', (found) => found !== '')
    await machine.cutPower()
  })

  await lab.withMachine(options, async (machine) => {
    await t.test(
      'power is cut while a bad release is on trial: it gets one more try, then the old one runs',
      async () => {
        assertFailed(await verdictOf(machine), 'health/unit-not-active', /^needed\.service is failed/)
        await waitUntilOld(machine, lab.version)
      },
    )
  })
})
