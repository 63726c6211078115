import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { parseLives } from '@afloat/host/softreboot/lives'
import { Lab } from './lab.ts'
import { waitUntilReady } from './ready.ts'
import { installInSlotB, secondRelease } from './second-release.ts'
import { program, waitForLife } from './soft-reboot.ts'

const lab = await Lab.open()
after(() => lab.close())

test('kexec starts another release without firmware and boot loader', async (t) => {
  const other = await secondRelease(lab, '0.0.1')
  await lab.withMachine({ disk: await lab.newDisk(), extraDisks: other.disks }, async (machine) => {
    await waitUntilReady(machine)
    await installInSlotB(machine, other)
    const bootId = await machine.sh('cat /proc/sys/kernel/random/boot_id')
    const uki = `/boot/EFI/Linux/afloat_${other.version}.efi`

    await machine.sh(`head -c 1000000 ${uki} >/var/tmp/half.efi`)
    const { code, stderr } = await machine.exec(`${program} kexec /var/tmp/half.efi`)
    assert.equal(code, 1)
    assert.match(stderr, /Cannot read unified kernel image/)

    const firmwareStarts = () =>
      machine.console.lines().filter(({ text }) => /BdsDxe: starting/.test(text)).length
    const before = firmwareStarts()
    const start = performance.now()
    await machine.exec(`${program} kexec ${uki}`, { detach: true })
    await waitForLife(machine, 0, bootId)
    await waitUntilReady(machine)
    t.diagnostic(`kexec: ${((performance.now() - start) / 1000).toFixed(1)} s`)
    assert.equal(firmwareStarts(), before)
    assert.equal(await machine.sh('. /etc/os-release; echo $IMAGE_VERSION'), other.version)
    assert.match(await machine.sh('cat /proc/cmdline'), new RegExp(`usrhash=${other.rootHash}`))
    const lives = parseLives(await machine.sh('cat /var/lib/afloat/lives.jsonl'))
    assert.deepEqual(
      lives.map(({ cause, version }) => [cause, version]),
      [
        ['power-on', lab.version],
        ['kexec', other.version],
      ],
    )
  })
})
