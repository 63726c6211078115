import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { ReleaseVariant } from '@afloat/build/variant'
import { parseLives } from '@afloat/host/softreboot/lives'
import type { Machine } from '../machine.ts'
import { prepareWebMachine, silently } from './fleet.ts'
import { Lab } from './lab.ts'
import { waitUntilReady } from './ready.ts'
import { program } from './soft-reboot.ts'
import { assertWhole, bootEntries, order, readStatus, updateTo } from './updates.ts'

const lab = await Lab.open()
after(() => lab.close())

const byReboot = { version: '9.1.0', initramfsStamp: 'another' } as const satisfies ReleaseVariant
const byKexec = { version: '9.2.0', initramfsStamp: 'yet another' } as const satisfies ReleaseVariant

test('a release that needs another kernel image comes by reboot, which is said beforehand', async (t) => {
  const web = await prepareWebMachine(lab)
  const rebooting = await web.fleet.publish(byReboot, silently)
  await lab.withMachine(web.options, async (machine) => {
    await waitUntilReady(machine)
    const firstBoot = await bootId(machine)
    const start = await readStatus(machine)

    await t.test('the plan says reboot, who is interrupted, and why', async () => {
      const lines = (await machine.sh('afloatctl plan', { timeoutMs: 120_000 })).split('\n')
      assert.equal(lines.length, 3, lines.join('\n'))
      assert.equal(lines[0], `${lab.version} -> 9.1.0 by reboot: the whole machine restarts`)
      assert.match(
        lines[1] ?? '',
        /^Survives: nothing; interrupted: (?=.*\bweb\.service)(?=.*\bordinary\.service)/,
      )
      assert.equal(lines[2], 'Why: The initramfs changes')
      assert.equal((await order(machine, 'plan'))?.plan?.action, 'reboot')
    })

    await t.test('a machine that takes soft reboots only refuses it, and says why', async () => {
      await configure(machine, { strategy: 'soft-required' })
      const ordered = await order(machine, 'update')
      assert.equal(ordered?.error?.code, 'update/plan-refused')
      assert.match(ordered?.error?.message ?? '', /The initramfs changes; .* allows a soft reboot only/)
      const { running, state, other, lastError } = await readStatus(machine)
      assert.deepEqual([running, state, other], [start.running, 'idle', start.other])
      assert.equal(lastError?.code, 'update/plan-refused')
      assert.equal(await bootId(machine), firstBoot)
    })

    await t.test('otherwise the machine reboots into it', async () => {
      await configure(machine, { strategy: 'auto' })
      const { lastUpdate, softReboots } = await updateTo(machine, byReboot.version)
      assert.deepEqual([lastUpdate?.action, softReboots], ['reboot', 0])
      await assertArrived(machine, rebooting.manifest, 'reboot')
      assert.notEqual(await bootId(machine), firstBoot)
    })

    await t.test('a kernel image that is cut short is not started, and the machine goes on', async () => {
      await machine.sh('head -c 1000000 /boot/EFI/Linux/afloat_9.1.0.efi >/var/tmp/half.efi')
      const { code, stderr } = await machine.exec(`${program} kexec /var/tmp/half.efi`)
      assert.equal(code, 1)
      assert.match(stderr, /Cannot read unified kernel image/)
    })

    await t.test('with kexec the next one comes without the firmware', async () => {
      const secondBoot = await bootId(machine)
      await configure(machine, { kexec: true })
      const kexeced = await web.fleet.publish(byKexec, silently)
      const plan = (await order(machine, 'plan'))?.plan
      assert.equal(
        plan?.summary[0],
        '9.1.0 -> 9.2.0 by kexec: the new kernel starts at once, without the firmware',
      )
      const firmwareStarts = countFirmware(machine)
      const { lastUpdate } = await updateTo(machine, byKexec.version)
      assert.equal(lastUpdate?.action, 'kexec')
      await assertArrived(machine, kexeced.manifest, 'kexec')
      assert.notEqual(await bootId(machine), secondBoot)
      assert.equal(countFirmware(machine), firmwareStarts)
    })
  })

  async function assertArrived(
    machine: Machine,
    { version, usrRootHash }: { version: string; usrRootHash: string },
    cause: string,
  ): Promise<void> {
    await waitUntilReady(machine)
    await assertWhole(machine, [{ version, rootHash: usrRootHash }], Object.values(web.ports))
    assert.ok((await bootEntries(machine)).includes(`afloat_${version}`), 'it is blessed')
    const life = parseLives(await machine.sh('cat /var/lib/afloat/lives.jsonl')).at(-1)
    assert.deepEqual([life?.version, life?.cause, life?.outcome?.result], [version, cause, 'good'])
  }
})

async function bootId(machine: Machine): Promise<string> {
  return await machine.sh('cat /proc/sys/kernel/random/boot_id')
}

/** Changes how the machine is to be updated, as its owner might. */
async function configure(machine: Machine, change: object): Promise<void> {
  const path = '/etc/afloat/update.json'
  const config = JSON.parse(await machine.sh(`cat ${path}`)) as object
  await machine.copyIn(Buffer.from(JSON.stringify({ ...config, ...change })), path)
}

/** How often the firmware has started a boot loader. */
function countFirmware(machine: Machine): number {
  return machine.console.lines().filter(({ text }) => /BdsDxe: starting Boot/.test(text)).length
}
