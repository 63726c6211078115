import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Architecture } from '@afloat/build/architecture'
import { ensureTestImage, testImageName } from '@afloat/build/boot2container/test-image'
import { ensureToolsTree } from '@afloat/build/tools-tree'
import { escapeOption } from '../guest-input.ts'
import { type MachineOptions, startMachine } from '../machine.ts'
import { platforms } from '../platform.ts'
import { startCli } from './cli.ts'
import { makeScratchDir } from './scratch.ts'
import { withConsole } from './with-console.ts'

const tools = await ensureToolsTree()
const dir = await makeScratchDir()
after(() => rm(dir, { recursive: true }))

/** Writes an image whose container says how it was started, by a file with two lines; the path of the image. */
async function writeImage(architecture: Architecture, ...kind: readonly string[]): Promise<string> {
  const path = join(dir, `b2c-${architecture}${kind.join('')}`)
  const command = "sh -c 'uname -m; ls /sys/firmware/efi/fw_platform_size || echo by BIOS; exit 7'"
  const cmdline = `console=${platforms[architecture].console} quiet b2c.cache_device=auto\nb2c.run="${testImageName} ${command}"`
  const file = `${path}.cmdline`
  await writeFile(file, `${cmdline}\n`)
  const { archive } = await ensureTestImage(tools, architecture)
  const what = ['--arch', architecture, '--kernel', 'vm', '--seed', archive, '--file', file]
  const { code, stderr } = await startCli(['b2c', 'image', ...kind, ...what, '--output', path]).ended
  assert.equal(code, 0, stderr)
  return path
}

const cd = (path: string) => [
  ...['-device', 'virtio-scsi-pci', '-device', 'scsi-cd,drive=cd,bootindex=0'],
  ...['-drive', `if=none,id=cd,format=raw,media=cdrom,readonly=on,file=${escapeOption(path)}`],
]
const disk = (path: string) => [
  ...['-device', 'virtio-blk-pci,drive=disk,bootindex=0'],
  ...['-drive', `if=none,id=disk,format=raw,file=${escapeOption(path)}`],
]

async function boots(options: Partial<MachineOptions>, said: readonly RegExp[]): Promise<void> {
  await using machine = await startMachine({
    name: `iso-${process.pid}`,
    tools,
    onReboot: 'stop',
    exec: false,
    ssh: false,
    ...options,
  })
  try {
    for (const line of said) await machine.console.expect(line, { timeoutMs: 120_000 })
    await machine.console.expect(/^\[\d+\.\d\d\]: Execution is over, pipeline status: 7$/)
    await machine.exited
  } catch (error) {
    throw withConsole(error, machine)
  }
}

const byBios = [/^x86_64$/, /^by BIOS$/]
const byUefi = [/^x86_64$/, /^\/sys\/firmware\/efi\/fw_platform_size$/]

test('b2c image --iso boots from a CD and from a stick, by BIOS and by UEFI, also with Secure Boot, and stays as it is', async () => {
  const path = await writeImage('x86_64', '--iso')
  const before = await readFile(path)
  await boots({ firmware: 'bios', extra: cd(path) }, byBios)
  await boots({ firmware: 'secure-boot', extra: cd(path) }, byUefi)
  await boots({ firmware: 'bios', extra: disk(path) }, byBios)
  await boots({ extra: disk(path) }, byUefi)
  assert.ok(before.equals(await readFile(path)))
})

test('b2c image boots 64-bit ARM by UEFI, from a stick with Secure Boot and from a CD', async () => {
  const architecture = 'aarch64'
  const said = [/^aarch64$/]
  await boots({ architecture, firmware: 'secure-boot', extra: disk(await writeImage(architecture)) }, said)
  await boots({ architecture, extra: cd(await writeImage(architecture, '--iso')) }, said)
})
