import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ensureToolsTree } from '@afloat/build/tools-tree'
import { type Machine, startMachine } from '../machine.ts'
import { bootsOf, host, startNetbootServer, writeTinyImages } from './netboot.ts'
import { makeScratchDir } from './scratch.ts'

const tools = await ensureToolsTree()
const dir = await makeScratchDir()
after(() => rm(dir, { recursive: true }))
await writeTinyImages(tools, join(dir, 'images'))
const server = await startNetbootServer(dir, {
  machines:
    'profiles: [{name: ci, cmdline: console=ttyS0 quiet b2c.run=r.example/a, packs: hello}]\ndefault: ci\n',
  tls: { dir: join(dir, 'tls'), port: 0 },
  names: [host],
})
after(() => server.stop())
const disk = { path: join(dir, 'esp.img'), format: 'raw' } as const
await writeBootDisk(`#!ipxe\ndhcp\nchain ${server.urls[0]!}\n`)

/** A disk with Debian's iPXE for UEFI, and a script that it starts with. */
async function writeBootDisk(script: string): Promise<void> {
  await writeFile(join(dir, 'autoexec.ipxe'), script)
  await tools.run(['mkfs.vfat', '-C', disk.path, '8192'])
  await tools.run(['mmd', '-i', disk.path, '::EFI', '::EFI/BOOT'])
  const ipxe = join(tools.dir, 'usr/lib/ipxe/ipxe-amd64.efi')
  await writeFile(join(dir, 'ipxe.efi'), await readFile(ipxe))
  await tools.run(['mcopy', '-i', disk.path, join(dir, 'ipxe.efi'), '::EFI/BOOT/BOOTX64.EFI'])
  await tools.run(['mcopy', '-i', disk.path, join(dir, 'autoexec.ipxe'), '::EFI/BOOT/autoexec.ipxe'])
}

async function boot(name: string, trusted: Record<string, Uint8Array>): Promise<Machine> {
  return await startMachine({
    name: `netboot-${name}-${process.pid}`,
    tools,
    disk,
    fwCfg: trusted,
    memoryMiB: 512,
    ssh: false,
    exec: false,
  })
}

/** What OVMF takes for the authorities that the owner of the machine has enrolled. Source: UEFI 2.10, 32.4.1 */
function signatureList(certificate: Uint8Array): Uint8Array {
  const x509 = Buffer.from('a159c0a5e494a74a87b5ab155c2bf072', 'hex')
  const sizes = Buffer.alloc(12)
  sizes.writeUInt32LE(28 + 16 + certificate.length, 0)
  sizes.writeUInt32LE(16 + certificate.length, 8)
  return Buffer.concat([x509, sizes, Buffer.alloc(16), certificate])
}

test('a machine whose firmware knows the authority boots over HTTPS', async () => {
  const authority = await readFile(join(dir, 'tls/ca.der'))
  await using machine = await boot('trusting', { 'etc/edk2/https/cacerts': signatureList(authority) })
  await machine.console.expect(/Afloat boots a machine that is not listed, profile ci/)
  await machine.console.expect(/Command line <.*console=ttyS0 quiet b2c\.run=r\.example\/a.*>/)
  await machine.console.expect(/Pack <hello>/)
  assert.equal((await machine.exited).code, 0)
  const sent = server.events.flatMap((event) => (event.event === 'sent' ? [`${event.by} ${event.file}`] : []))
  assert.deepEqual(sent, ['https linux', 'https initramfs.cpio.gz', 'https hello.cpio'])
})

test('a machine that does not know the authority takes nothing from the server', async () => {
  const before = bootsOf(server.events).length
  await using machine = await boot('doubting', {})
  await machine.console.expect(
    /https:\/\/10\.0\.2\.2:\d+\/boot\.ipxe\.*\s*(Permission denied|.*certificate)/i,
  )
  assert.equal(bootsOf(server.events).length, before)
})
