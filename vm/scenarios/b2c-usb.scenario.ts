import assert from 'node:assert/strict'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ensureTestImage, testImageName } from '@afloat/build/boot2container/test-image'
import { ensureToolsTree } from '@afloat/build/tools-tree'
import { createEmptyDisk } from '../disk.ts'
import { escapeOption } from '../guest-input.ts'
import { startMachine } from '../machine.ts'
import { startCli } from './cli.ts'
import { makeScratchDir } from './scratch.ts'
import { withConsole } from './with-console.ts'

const tools = await ensureToolsTree()
const dir = await makeScratchDir()
after(() => rm(dir, { recursive: true }))

/** All of it is in the pack "modules" alone: nothing of this is in the base, or in the kernel. */
const drivers = ['8139cp', 'usb_storage', 'xhci_pci']
const inside = [
  'readlink /sys/class/net/eth0/device/driver',
  'for i in $(seq 300); do ip -4 addr show eth0 | grep -q inet && break; sleep 0.1; done',
  'ip -4 -o addr show eth0',
  ...drivers.map((name) => `grep -o ^${name} /proc/modules`),
  'exit 7',
].join('; ')

test('b2c image boots from a USB stick on hardware by UEFI, with its cache on the stick, and no other disk is touched', async () => {
  const stick = join(dir, 'stick.img')
  const seed = (await ensureTestImage(tools)).archive
  const cmdline = `console=ttyS0 quiet b2c.run="${testImageName} sh -c '${inside}'"`
  const what = ['--seed', seed, '--cache', '128M', '--cmdline', cmdline, '--output', stick]
  const { code, stdout, stderr } = await startCli(['b2c', 'image', ...what]).ended
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^Added to the command line: b2c\.cache_device=auto b2c\.pull=missing$/m)

  const empty = await createEmptyDisk(join(dir, 'empty.raw'), 64 * 1024 ** 2)
  await using machine = await startMachine({
    name: `usb-${process.pid}`,
    tools,
    networkCard: 'rtl8139',
    onReboot: 'stop',
    exec: false,
    ssh: false,
    extra: [
      ...['-device', 'qemu-xhci', '-drive', `if=none,id=stick,format=raw,file=${escapeOption(stick)}`],
      ...['-device', 'usb-storage,drive=stick,removable=on,bootindex=0'],
      ...['-drive', `if=none,id=empty,format=raw,file=${escapeOption(empty.path)}`],
      ...['-device', 'nvme,drive=empty,serial=empty'],
    ],
  })
  try {
    const { console } = machine
    await console.expect(/\/dev\/sda2 is formatted/, { timeoutMs: 120_000 })
    await console.expect(/drivers\/8139cp$/)
    await console.expect(/eth0 +inet 10\.0\.2\.15\/24/)
    for (const name of drivers) await console.expect(new RegExp(`^${name}$`))
    await console.expect(/^\[\d+\.\d\d\]: Execution is over, pipeline status: 7$/)
    await machine.exited
  } catch (error) {
    throw withConsole(error, machine)
  }
  assert.equal((await stat(empty.path)).blocks, 0)
})
