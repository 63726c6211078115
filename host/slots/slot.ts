import { type Disk, listDisks, type Partition } from '../init/disks.ts'
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
  const usr = findPartition(sys, disk, `usr-${name}`)
  const verity = findPartition(sys, disk, `usr-${name}-verity`)
  return { name, disk, usr, verity, rootHash: `${usr.uuid}${verity.uuid}`.replaceAll('-', '') }
}

/** Returns the partition with this label. Throws `slots/not-found`. */
export function findPartition(sys: Sys, disk: string, label: string): SlotPartition {
  const found = diskOf(sys, disk)?.partitions.find((partition) => partition.name === label)
  if (found === undefined) {
    throw slotsError('slots/not-found', `Cannot find partition "${label}" on ${disk}`, {
      hint: 'The machine was not installed from an Afloat disk image; install it anew',
    })
  }
  return { device: found.device, number: numberOf(sys, found), uuid: found.uuid, sizeBytes: found.sizeBytes }
}

function diskOf(sys: Sys, device: string): Disk | undefined {
  return listDisks(sys).find((disk) => disk.device === device)
}

function numberOf(sys: Sys, { device }: Partition): number {
  return Number(sys.readText(`/sys/class/block/${device.replace('/dev/', '')}/partition`) ?? 0)
}
