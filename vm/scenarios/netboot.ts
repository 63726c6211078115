import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type CpioEntry, formatCpio } from '@afloat/archive'
import { kernelFile, kernelOf, unpackPackages } from '@afloat/build/os-packages'
import type { ToolsTree } from '@afloat/build/tools-tree'
import type { LogEvent } from '@afloat/netboot/log'
import { type NetbootOptions, startNetboot } from '@afloat/netboot/start'

/** The computer that QEMU runs on, as guests know it. */
export const host = '10.0.2.2'

/** Prints what it was started with, and what the pack of the images has put beside it. */
const init = `#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox echo "Command line <$(/bin/busybox cat /proc/cmdline)>"
/bin/busybox echo "Pack <$(/bin/busybox cat /pack)>"
/bin/busybox poweroff -f
`

/** Writes a folder as a build of images does, with the kernel of Afloat, the least of an initramfs and a pack "hello". */
export async function writeTinyImages(tools: ToolsTree, dir: string): Promise<void> {
  await mkdir(dir, { recursive: true })
  const { root } = await unpackPackages('image/os.packages')
  const entries: CpioEntry[] = [
    ...['bin', 'dev', 'proc'].map((path) => ({ kind: 'directory' as const, path, mode: 0o755 })),
    { kind: 'device', path: 'dev/console', mode: 0o600, major: 5, minor: 1 },
    {
      kind: 'file',
      path: 'bin/busybox',
      mode: 0o755,
      data: await readFile(join(tools.dir, 'usr/bin/busybox')),
    },
    { kind: 'file', path: 'init', mode: 0o755, data: Buffer.from(init) },
  ]
  const pack: CpioEntry = { kind: 'file', path: 'pack', mode: 0o644, data: Buffer.from('hello\n') }
  await writeFile(join(dir, 'linux'), await readFile(kernelFile(root, await kernelOf(root))))
  await writeFile(join(dir, 'initramfs.cpio.gz'), gzipSync(formatCpio(entries)))
  await writeFile(join(dir, 'hello.cpio'), formatCpio([pack]))
  const manifest = {
    kernel: { file: 'linux' },
    initramfs: { file: 'initramfs.cpio.gz' },
    packs: [{ name: 'hello', file: 'hello.cpio' }],
  }
  await writeFile(join(dir, 'manifest.json'), JSON.stringify(manifest))
}

/** The server on free ports, and what it says about machines. */
export async function startNetbootServer(
  dir: string,
  options: Pick<NetbootOptions, 'tls' | 'tftp' | 'names'> & { readonly machines: string },
) {
  const machinesPath = join(dir, 'machines.yaml')
  await writeFile(machinesPath, options.machines)
  const events: LogEvent[] = []
  const server = await startNetboot({
    imagesDir: join(dir, 'images'),
    machinesPath,
    address: '127.0.0.1',
    httpPort: 0,
    log: (event) => void events.push(event),
    ...options,
  })
  const urls = server.scriptUrls.map((url) => url.replace('127.0.0.1', host))
  return { ...server, urls, events, setMachines: (text: string) => writeFile(machinesPath, text) }
}

/** What machines were told to boot: how they are listed, and with which profile. */
export function bootsOf(events: readonly LogEvent[]): string[] {
  return events.flatMap((event) =>
    event.event === 'boot' ? [`${event.machine ?? '-'} ${event.profile}`] : [],
  )
}
