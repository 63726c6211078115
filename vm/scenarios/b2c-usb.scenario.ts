import assert from 'node:assert/strict'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ensureTestImage, testImageName } from '@afloat/build/boot2container/test-image'
import { ensureToolsTree } from '@afloat/build/tools-tree'
import { createEmptyDisk } from '../disk.ts'
import { escapeOption } from '../guest-input.ts'
import { type Machine, startMachine } from '../machine.ts'
import type { DiskImage } from '../qemu-args.ts'
import { startCli } from './cli.ts'
import { makeScratchDir } from './scratch.ts'
import { withConsole } from './with-console.ts'

const tools = await ensureToolsTree()
const dir = await makeScratchDir()
after(() => rm(dir, { recursive: true }))

/** All of it is in the pack "modules" alone: nothing of this is in the base, or in the kernel. */
const drivers = ['8139cp', 'usb_storage', 'xhci_pci']
const inside = [
  'dmesg | grep -io secure.boot.enabled',
  'readlink /sys/class/net/eth0/device/driver',
  'for i in $(seq 300); do ip -4 addr show eth0 | grep -q inet && break; sleep 0.1; done',
  'ip -4 -o addr show eth0',
  ...drivers.map((name) => `grep -o ^${name} /proc/modules`),
  'exit 7',
].join('; ')

/** Starts a machine with Secure Boot, a stick and an empty disk. */
async function withMachine(
  stick: string,
  empty: DiskImage,
  use: (machine: Machine) => Promise<unknown>,
): Promise<void> {
  await using machine = await startMachine({
    name: `usb-${process.pid}`,
    tools,
    networkCard: 'rtl8139',
    firmware: 'secure-boot',
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
    await use(machine)
  } catch (error) {
    throw withConsole(error, machine)
  }
}

/** Changes one bit of the kernel on a stick, far behind what firmware reads to start it. */
async function damageKernel(stick: string): Promise<void> {
  const partition = `${stick}@@1M`
  const kernel = join(dir, 'kernel')
  await tools.run(['mcopy', '-i', partition, '::afloat/kernel', kernel])
  const bytes = await readFile(kernel)
  bytes[bytes.length >> 1]! ^= 1
  await writeFile(kernel, bytes)
  await tools.run(['mcopy', '-o', '-i', partition, kernel, '::afloat/kernel'])
}

test('b2c image boots from a USB stick on hardware with Secure Boot: its cache is on the stick, and no other disk is touched', async () => {
  const stick = join(dir, 'stick.img')
  const seed = (await ensureTestImage(tools)).archive
  const cmdline = `console=ttyS0 quiet b2c.run="${testImageName} sh -c '${inside}'"`
  const what = ['--seed', seed, '--cache', '128M', '--cmdline', cmdline, '--output', stick]
  const { code, stdout, stderr } = await startCli(['b2c', 'image', ...what]).ended
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^Added to the command line: b2c\.cache_device=auto b2c\.pull=missing$/m)

  const empty = await createEmptyDisk(join(dir, 'empty.raw'), 64 * 1024 ** 2)
  await withMachine(stick, empty, async ({ console, exited }) => {
    await console.expect(/\/dev\/sda2 is formatted/, { timeoutMs: 120_000 })
    await console.expect(/^Secure boot enabled$/)
    await console.expect(/drivers\/8139cp$/)
    await console.expect(/eth0 +inet 10\.0\.2\.15\/24/)
    for (const name of drivers) await console.expect(new RegExp(`^${name}$`))
    await console.expect(/^\[\d+\.\d\d\]: Execution is over, pipeline status: 7$/)
    await exited
  })
  assert.equal((await stat(empty.path)).blocks, 0)

  await damageKernel(stick)
  await withMachine(stick, empty, ({ console }) =>
    console.expect(/Error loading \\afloat\\kernel: Security violation/, { timeoutMs: 120_000 }),
  )
})
