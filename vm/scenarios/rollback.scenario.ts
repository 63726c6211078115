import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { isSoak } from '@afloat/build/testkit/seed'
import { type LoadResult, startLoad } from '../load.ts'
import type { Machine } from '../machine.ts'
import { freePort } from '../ports.ts'
import { guestRegistry } from '../registry.ts'
import { configOf, fwCfgNames } from './config.ts'
import { FaultyRelease } from './faulty-release.ts'
import { Lab } from './lab.ts'
import { waitUntilReady } from './ready.ts'
import { assertFailed, bareConfig, runs, settleSec, verdictOf, waitFor, waitUntilOld } from './trials.ts'

const lab = await Lab.open()
after(() => lab.close())

const survivorConfig = `${bareConfig}
containers:
  - { name: web, image: "${guestRegistry}/web:1", ports: ["80:80"], survive: true }
`

const faults = [
  ['probe', 'health/probe-failed', /^http:\/\/127\.0\.0\.1:8090\/ of answers\.socket .* status 500/],
  ['hang', 'health/boot-incomplete', /^the boot did not finish/],
  ['unit', 'health/unit-not-active', /^needed\.service is failed \(exit-code\)$/],
] as const
/** A unit that fails is met again below, where the guard is killed. */
const watched = isSoak() ? faults : faults.slice(0, 2)

test('a machine goes back from a release that fails, by itself', async (t) => {
  const bad = await FaultyRelease.build(lab, '9.0.0')
  const registry = await lab.webRegistry()
  const port = await freePort()
  const disk = await lab.newDisk()
  const options = {
    disk,
    extraDisks: [bad.disk],
    ports: [{ host: port, guest: 80 }],
    guestForwards: [registry.guestForward],
    fwCfg: { [fwCfgNames[0]]: configOf(survivorConfig) },
    extra: ['-device', 'i6300esb'],
  }

  await lab.withMachine(options, async (machine) => {
    await waitUntilReady(machine)
    await t.test('the first release of a machine is found good', async () => {
      await waitFor(machine, 'ls /boot/EFI/Linux', (names) => names === `afloat_${lab.version}.efi`)
      assert.equal(await runs(machine), lab.version)
    })

    await t.test('PID 1 feeds the watchdog', async () => {
      const show = (name: string) => machine.sh(`systemctl show --property=${name} --value`)
      assert.equal(await show('RuntimeWatchdogUSec'), '1min')
      assert.notEqual(await show('WatchdogLastPingTimestamp'), '')
    })

    await t.test(
      'a full EFI system partition: nothing is staged, and the message says what to do',
      async () => {
        await machine.sh('head -c 230M /dev/zero >/boot/ballast', { timeoutMs: 120_000 })
        await assert.rejects(bad.writeTo(machine), /slots\/esp-full[\s\S]*Remove files/)
        assert.equal(await machine.sh('ls /boot/EFI/Linux'), `afloat_${lab.version}.efi`)
        await machine.sh('rm /boot/ballast')
        await bad.writeTo(machine)
        assert.equal(await machine.sh('ls /boot/EFI/Linux'), `afloat_${lab.version}.efi\nafloat_9.0.0+3.efi`)
      },
    )

    for (const [fault, code, reason] of watched) {
      await t.test(`${fault}: back by soft reboot, and the survivor serves all along`, async (t) => {
        const load = await underLoad(port, async () => {
          const before = await readSurvivor(machine)
          await bad.tryOn(machine, { action: 'soft-reboot', fault, settleSec })
          assertFailed(await verdictOf(machine), code, reason)
          await waitUntilOld(machine, lab.version)
          assert.deepEqual(await readSurvivor(machine), before)
        })
        t.diagnostic(`${load.total} requests, ${load.failed} failed, longest gap ${load.maxGapMs} ms`)
        assert.equal(load.failed, 0, JSON.stringify(load.reasons))
      })
    }

    await t.test('a guard that is killed: the new release itself goes back', async () => {
      const before = await readSurvivor(machine)
      const lives = await countLives(machine)
      await bad.tryOn(machine, { action: 'soft-reboot', fault: 'unit', settleSec })
      await waitFor(machine, 'cat /usr/share/faulty && echo there', (text) => text === 'there')
      const limit = await machine.sh('systemctl show --property=JobTimeoutUSec --value boot-complete.target')
      assert.equal(limit, '7min 30s', 'of the boot, when nobody watches')
      await machine.sh('systemctl kill --signal=KILL afloat-guard.service')
      assertFailed(await verdictOf(machine), 'health/unit-not-active', /^needed\.service is failed/)
      await waitUntilOld(machine, lab.version)
      assert.equal(await countLives(machine), lives + 2)
      assert.deepEqual(await readSurvivor(machine), before)
    })

    await t.test('PID 1 of the new release crashes: the boot loader finds the old one', async () => {
      await bad.tryOn(machine, { action: 'soft-reboot', fault: 'crash', settleSec })
      assertFailed(
        await verdictOf(machine),
        'health/did-not-start',
        /^it (did not start|started, and went down)/,
      )
      await waitUntilOld(machine, lab.version)
    })

    await t.test('a full reboot into a release that fails its probe', async () => {
      await bad.tryOn(machine, { action: 'reboot', fault: 'probe', settleSec })
      assertFailed(await verdictOf(machine), 'health/probe-failed', /status 500/)
      await waitUntilOld(machine, lab.version)
    })

    await t.test('no fault: the release stays, and nothing of the old one is held', async () => {
      await bad.tryOn(machine, { action: 'soft-reboot', fault: 'none', settleSec: 2 * settleSec })
      assert.deepEqual(await verdictOf(machine), {
        outcome: 'good',
        code: 'health/good',
        reason: 'all that must work does',
      })
      await waitFor(machine, 'dmsetup ls --target verity | wc -l', (count) => count === '1')
      assert.equal(await runs(machine), '9.0.0')
      assert.equal(await machine.sh('ls /boot/EFI/Linux'), `afloat_${lab.version}+0.efi\nafloat_9.0.0.efi`)
    })
  })
})

/** Process ids of the container and its monitor. */
async function readSurvivor(machine: Machine): Promise<string> {
  return await machine.sh('podman inspect --format "{{.State.Pid}} {{.State.ConmonPid}}" web')
}

async function countLives(machine: Machine): Promise<number> {
  return Number(await machine.sh(`grep -c '"kind":"life"' /var/lib/afloat/lives.jsonl`))
}

async function underLoad(port: number, use: () => Promise<void>): Promise<LoadResult> {
  const load = startLoad({ url: `http://127.0.0.1:${port}/`, ratePerSecond: 10 })
  await use().catch(async (error: unknown) => {
    await load.stop()
    throw error
  })
  return await load.stop()
}
