import { open, rm, stat } from 'node:fs/promises'
import type { ToolsTree } from '@afloat/build/tools-tree'
import { AfloatError } from '@afloat/report'
import type { DiskImage } from './qemu-args.ts'

const mib = 1024 * 1024

/**
 * Makes a writable disk on top of an image that stays as it is: a qcow2 overlay, a few hundred KiB until written.
 * `sizeBytes` may be more than the image has, never less; undefined keeps its size.
 */
export async function createDisk(
  tools: ToolsTree,
  base: string,
  path: string,
  sizeBytes?: number,
): Promise<DiskImage> {
  const { format } = await diskImage(base)
  const size = await chooseSize(tools, base, sizeBytes)
  await tools.run([
    ...['qemu-img', 'create', '-q', '-f', 'qcow2', '-F', format, '-b', base, path],
    String(size),
  ])
  return { path, format: 'qcow2' }
}

/** Like createDisk(), but a copy that does not need the image any more. */
export async function copyImage(
  tools: ToolsTree,
  base: string,
  path: string,
  sizeBytes?: number,
): Promise<DiskImage> {
  const size = await chooseSize(tools, base, sizeBytes)
  await tools.run(['qemu-img', 'convert', '-q', '-O', 'qcow2', base, path])
  const disk: DiskImage = { path, format: 'qcow2' }
  await resizeDisk(tools, disk, size)
  return disk
}

async function chooseSize(tools: ToolsTree, base: string, sizeBytes: number | undefined): Promise<number> {
  const size = await virtualSize(tools, base)
  if (sizeBytes !== undefined && sizeBytes < size) {
    throw new AfloatError(
      'vm/disk-too-small',
      `Cannot make a disk of ${Math.floor(sizeBytes / mib)} MiB: the image "${base}" has ${Math.ceil(size / mib)} MiB`,
      { hint: 'Choose a larger disk' },
    )
  }
  return sizeBytes ?? size
}

/** Makes an empty sparse raw disk. */
export async function createEmptyDisk(path: string, sizeBytes: number): Promise<DiskImage> {
  const file = await open(path, 'w')
  await file.truncate(sizeBytes)
  await file.close()
  return { path, format: 'raw' }
}

/** Copies a disk of a machine that is off; blocks are shared where the file system can, holes stay holes. */
export async function copyDisk(tools: ToolsTree, from: DiskImage, to: string): Promise<DiskImage> {
  await tools.run(['cp', '--reflink=auto', '--sparse=always', '--', from.path, to])
  return { path: to, format: from.format }
}

/** Takes a copy of a disk of a machine that is off, for `restoreDisk`; returns its path. */
export async function snapshotDisk(tools: ToolsTree, disk: DiskImage, label: string): Promise<string> {
  return (await copyDisk(tools, disk, `${disk.path}.snapshot-${label}`)).path
}

/** Brings a disk of a machine that is off back to a snapshot, which stays usable. */
export async function restoreDisk(tools: ToolsTree, disk: DiskImage, label: string): Promise<void> {
  const snapshot = `${disk.path}.snapshot-${label}`
  await stat(snapshot).catch((cause: unknown) => {
    throw new AfloatError(
      'vm/no-snapshot',
      `Cannot restore "${disk.path}": there is no snapshot "${label}"`,
      {
        cause,
      },
    )
  })
  await rm(disk.path, { force: true })
  await copyDisk(tools, { ...disk, path: snapshot }, disk.path)
}

/** Makes a disk of a machine that is off larger; throws `tool/failed` for a smaller size. */
export async function resizeDisk(tools: ToolsTree, disk: DiskImage, sizeBytes: number): Promise<void> {
  await tools.run(['qemu-img', 'resize', '-q', '-f', disk.format, disk.path, String(sizeBytes)])
}

/** The path with its format, found from the first bytes. */
export async function diskImage(path: string): Promise<DiskImage> {
  const file = await open(path)
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0)
    return { path, format: buffer.toString('latin1') === 'QFI\xfb' ? 'qcow2' : 'raw' }
  } finally {
    await file.close()
  }
}

async function virtualSize(tools: ToolsTree, path: string): Promise<number> {
  const info = JSON.parse(await tools.run(['qemu-img', 'info', '--output=json', path])) as {
    'virtual-size': number
  }
  return info['virtual-size']
}
