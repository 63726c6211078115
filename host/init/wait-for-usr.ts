import { usrPartitionUuids } from '@afloat/disk'
import type { Sys } from '../sys/sys.ts'
import type { DeviceEvents } from './device-events.ts'
import { type Disk, listDisks } from './disks.ts'
import { driverTurns, loadDrivers } from './drivers.ts'
import { initError } from './errors.ts'

/** A slot of a disk that holds the release to boot. Names are those of device nodes. */
export type Slot = {
  readonly name: string
  readonly usr: string
  readonly verity: string
  readonly disk: Disk
  /** Other disks that hold the same release: copies of this one, told apart by nothing. */
  readonly copies: readonly string[]
}

const patienceMs = 60_000

/**
 * Loads drivers and waits until a disk shows both partitions of the release with this root hash.
 * Throws `init/usr-not-found` after a minute, with the disks that were there instead.
 */
export async function waitForUsr(sys: Sys, events: DeviceEvents, rootHash: string): Promise<Slot> {
  const end = sys.uptimeMs() + patienceMs
  const turns = [...driverTurns]
  for (;;) {
    const disks = listDisks(sys)
    const slot = findSlot(disks, rootHash)
    if (slot !== undefined) return slot
    const turn = turns.shift()
    if (turn !== undefined) {
      loadDrivers(sys, turn)
      continue
    }
    const leftMs = end - sys.uptimeMs()
    if (leftMs <= 0) throw notFound(disks, rootHash)
    // Events tell when to look again; the upper bound is for a kernel too old to tell of a change.
    await events.next(Math.min(leftMs, 2_000))
  }
}

function findSlot(disks: readonly Disk[], rootHash: string): Slot | undefined {
  const uuids = usrPartitionUuids(rootHash)
  const found = disks.flatMap((disk) => {
    const usr = disk.partitions.find((partition) => partition.uuid === uuids.usr)
    const verity = disk.partitions.find((partition) => partition.uuid === uuids.usrVerity)
    if (usr === undefined || verity === undefined) return []
    return [{ name: usr.name, usr: usr.device, verity: verity.device, disk }]
  })
  const [first, ...others] = found
  return first && { ...first, copies: others.map(({ disk }) => disk.device) }
}

function notFound(disks: readonly Disk[], rootHash: string) {
  const seen = disks.map(
    (disk) => `${disk.device} (${disk.partitions.map((partition) => partition.name).join(', ')})`,
  )
  return initError(
    'init/usr-not-found',
    `Cannot find /usr with root hash ${rootHash}: found ${seen.length === 0 ? 'no disk' : seen.join(', ')}`,
    {
      hint: 'Attach the disk that this boot entry was installed on, or choose the other slot in the boot menu',
    },
  )
}
