import { type Disk, type Partition, readDisk } from '../init/disks.ts'
import type { Sys } from '../sys/sys.ts'
import { slotsError } from './errors.ts'

export type SlotName = 'a' | 'b'

/** Two partitions of a disk that hold one release, or room for one. */
export type Slot = {
  readonly name: SlotName
  /** Such as /dev/vda. */
  readonly disk: string
  /** File system of /usr. */
  readonly usr: SlotPartition
  /** Its hash tree. */
  readonly verity: SlotPartition
  /** What the UUIDs of both partitions say. A slot that was given up has random ones: then this fits no release. */
  readonly rootHash: string
}

export type SlotPartition = {
  /** Such as /dev/vda4. */
  readonly device: string
  /** In the partition table; 1-based. */
  readonly number: number
  readonly uuid: string
  readonly sizeBytes: number
}

/** Returns a slot of a disk as its partition table has it now. Throws `slots/not-found`. */
export function readSlot(sys: Sys, disk: string, name: SlotName): Slot {
  const found = readDisk(sys, disk)
  const usr = partitionOf(sys, disk, found, `usr-${name}`)
  const verity = partitionOf(sys, disk, found, `usr-${name}-verity`)
  return { name, disk, usr, verity, rootHash: `${usr.uuid}${verity.uuid}`.replaceAll('-', '') }
}

/** Returns the partition with this label. Throws `slots/not-found`. */
export function findPartition(sys: Sys, disk: string, label: string): SlotPartition {
  return partitionOf(sys, disk, readDisk(sys, disk), label)
}

function partitionOf(sys: Sys, disk: string, contents: Disk | undefined, label: string): SlotPartition {
  const found = contents?.partitions.find((partition) => partition.name === label)
  if (found === undefined) {
    throw slotsError('slots/not-found', `Cannot find partition "${label}" on ${disk}`, {
      hint: 'The machine was not installed from an Afloat disk image; install it anew',
    })
  }
  return { device: found.device, number: numberOf(sys, found), uuid: found.uuid, sizeBytes: found.sizeBytes }
}

function numberOf(sys: Sys, { device }: Partition): number {
  return Number(sys.readText(`/sys/class/block/${device.replace('/dev/', '')}/partition`) ?? 0)
}
