import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ToolsTree } from '@afloat/build/tools-tree'
import { type GptPartition, parseGpt } from '@afloat/disk'
import { AfloatError } from '@afloat/report'
import type { DiskImage } from './qemu-args.ts'

const sectorBytes = 512

/** Where a partition is; bytes from the start of the disk. */
export type PartitionRange = { readonly offset: number; readonly sizeBytes: number; readonly uuid: string }

/** Inverts every bit of `length` bytes at an absolute offset of a disk of a machine that is off. */
export async function damageDisk(
  tools: ToolsTree,
  disk: DiskImage,
  offset: number,
  length: number,
): Promise<void> {
  const bytes = await readDisk(tools, disk, offset, length)
  await writeDisk(
    tools,
    disk,
    offset,
    bytes.map((byte) => byte ^ 0xff),
  )
}

/** Returns the partitions by name, read from the GPT; throws `vm/no-gpt`. */
export async function partitionRanges(
  tools: ToolsTree,
  disk: DiskImage,
): Promise<Map<string, PartitionRange>> {
  const table = parseGpt(await readDisk(tools, disk, 0, 34 * sectorBytes))
  if (table === undefined) throw new AfloatError('vm/no-gpt', `Cannot find a GPT on "${disk.path}"`)
  const range = ({ firstLba, lastLba, uuid }: GptPartition): PartitionRange => ({
    offset: firstLba * sectorBytes,
    sizeBytes: (lastLba - firstLba + 1) * sectorBytes,
    uuid,
  })
  return new Map(table.partitions.map((partition) => [partition.name, range(partition)]))
}

/** Returns where a partition is; throws `vm/no-partition`. */
export async function partitionRange(
  tools: ToolsTree,
  disk: DiskImage,
  name: string,
): Promise<PartitionRange> {
  const ranges = await partitionRanges(tools, disk)
  const range = ranges.get(name)
  if (range !== undefined) return range
  throw new AfloatError(
    'vm/no-partition',
    `Cannot find partition "${name}" on "${disk.path}": found ${[...ranges.keys()].join(', ')}`,
  )
}

/** Reads bytes at an absolute offset of a disk of a machine that is off. */
export async function readDisk(
  tools: ToolsTree,
  disk: DiskImage,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const { start, size } = wholeSectors(offset, length)
  return await withPart(disk, async (part) => {
    await exportRange(tools, disk, start, size, part)
    return (await readFile(part)).subarray(offset - start, offset - start + length)
  })
}

/** Writes bytes at an absolute offset of a disk of a machine that is off. */
export async function writeDisk(
  tools: ToolsTree,
  disk: DiskImage,
  offset: number,
  bytes: Uint8Array,
): Promise<void> {
  const { start, size } = wholeSectors(offset, bytes.length)
  await withPart(disk, async (part) => {
    await exportRange(tools, disk, start, size, part)
    const file = await open(part, 'r+')
    await file.write(bytes, 0, bytes.length, offset - start).finally(() => file.close())
    await importRange(tools, disk, start, size, part)
  })
}

function wholeSectors(offset: number, length: number): { start: number; size: number } {
  const start = offset - (offset % sectorBytes)
  return { start, size: Math.ceil((offset + length) / sectorBytes) * sectorBytes - start }
}

/** Copies a range of a disk, in whole sectors, into a raw file of its own. */
export async function exportRange(
  tools: ToolsTree,
  disk: DiskImage,
  offset: number,
  sizeBytes: number,
  path: string,
): Promise<void> {
  await tools.run(['qemu-img', 'convert', '-O', 'raw', rangeOf(disk, offset, sizeBytes), path])
}

/** Copies a raw file over a range of a disk of the same size. */
export async function importRange(
  tools: ToolsTree,
  disk: DiskImage,
  offset: number,
  sizeBytes: number,
  path: string,
): Promise<void> {
  await tools.run(['qemu-img', 'convert', '-n', '-f', 'raw', path, rangeOf(disk, offset, sizeBytes)])
}

/** Calls back with the path of a scratch file beside the disk, which is removed afterwards. */
export async function withPart<T>(disk: DiskImage, use: (path: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(dirname(disk.path), 'part-'))
  try {
    return await use(join(dir, 'part.raw'))
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** A window onto a disk, in QEMU's notation. */
function rangeOf(disk: DiskImage, offset: number, size: number): string {
  const file = { driver: 'file', filename: disk.path }
  const inner = disk.format === 'raw' ? file : { driver: disk.format, file }
  return `json:${JSON.stringify({ driver: 'raw', offset, size, file: inner })}`
}
