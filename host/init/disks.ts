import { type GptTable, parseBackupGpt, parseGpt } from '@afloat/disk'
import { AfloatError } from '@afloat/report'
import type { Sys } from '../sys/sys.ts'

export type Disk = {
  /** Such as /dev/vda. */
  readonly device: string
  readonly sizeBytes: number
  /** Where the disk ends by its partition table; less than its size after it was grown. */
  readonly tableEndBytes: number
  readonly partitions: readonly Partition[]
}

export type Partition = {
  readonly device: string
  readonly name: string
  readonly type: string
  readonly uuid: string
  readonly sizeBytes: number
}

/** Returns the disks with a GPT whose partitions the kernel has made devices of. */
export function listDisks(sys: Sys): Disk[] {
  const disks: Disk[] = []
  for (const name of sys.list('/sys/class/block') ?? []) {
    const home = `/sys/class/block/${name}`
    if (/^(loop|ram|zram|dm-|sr|fd)/.test(name) || sys.exists(`${home}/partition`)) continue
    const disk = readDisk(sys, `/dev/${name}`)
    if (disk !== undefined) disks.push(disk)
  }
  return disks
}

/** Returns a disk such as /dev/vda; undefined when there is none, or no GPT on it. */
export function readDisk(sys: Sys, device: string): Disk | undefined {
  const home = device.replace('/dev/', '/sys/class/block/')
  const sizeBytes = Number(sys.readText(`${home}/size`) ?? 0) * 512 // always in units of 512
  const sectorBytes = Number(sys.readText(`${home}/queue/logical_block_size`) ?? 512)
  if (sizeBytes === 0) return undefined
  const table = readTable(sys, device, sizeBytes, sectorBytes)
  if (table === undefined) return undefined
  const devices = partitionDevices(sys, home)
  const partitions = table.partitions.flatMap((partition) => {
    const device = devices.get(partition.number)
    const length = (partition.lastLba - partition.firstLba + 1) * sectorBytes
    const { name, type, uuid } = partition
    return device === undefined ? [] : [{ device, name, type, uuid, sizeBytes: length }]
  })
  return { device, sizeBytes, tableEndBytes: (table.backupLba + 1) * sectorBytes, partitions }
}

/** The room that a table of 128 partitions takes, apart from its header. */
const entriesBytes = 128 * 128

/** The primary table, or the backup that the kernel takes (`gpt` on its command line) when that one is damaged. */
function readTable(sys: Sys, device: string, sizeBytes: number, sectorBytes: number): GptTable | undefined {
  const head = readBytes(sys, device, 0, 2 * sectorBytes + entriesBytes)
  const primary = head && parseGpt(head, sectorBytes)
  if (primary !== undefined) return primary
  const length = sectorBytes + entriesBytes
  const tail = readBytes(sys, device, sizeBytes - length, length)
  return tail && parseBackupGpt(tail, sizeBytes, sectorBytes)
}

/** A disk that cannot be read is as good as none: the one with /usr may be another. */
function readBytes(sys: Sys, device: string, offset: number, length: number): Uint8Array | undefined {
  if (offset < 0) return undefined
  try {
    return sys.readBytes(device, { offset, length })
  } catch (error) {
    if (error instanceof AfloatError) return undefined
    throw error
  }
}

/** Returns device nodes by partition number: vda1 and nvme0n1p1 are both number 1. */
function partitionDevices(sys: Sys, home: string): Map<number, string> {
  const devices = new Map<number, string>()
  for (const entry of sys.list(home) ?? []) {
    const number = sys.readText(`${home}/${entry}/partition`)
    if (number !== undefined) devices.set(Number(number), `/dev/${entry}`)
  }
  return devices
}
