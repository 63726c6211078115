import { toUuid, usrPartitionUuids } from '@afloat/disk'
import { AfloatError } from '@afloat/report'
import type { OpenFile, Sys } from '../sys/sys.ts'
import { toHex } from '../sys/to-hex.ts'
import { slotsError } from './errors.ts'
import { removeEntries } from './judge-entry.ts'
import type { Running } from './read-running.ts'
import { releaseOldMappings } from './release-old.ts'
import { readSlot, type Slot, type SlotPartition } from './slot.ts'

/** Both partitions of a slot, open for writing; nobody else has them. */
export type OpenSlot = {
  readonly usr: OpenFile
  readonly verity: OpenFile
  close(): void
}

/**
 * Gives up what a slot holds, so that nothing can start it while it is written: first its boot entries, then its name.
 * Entries that belong to no slot go too. Returns the slot as it is then.
 * Throws `slots/is-running`.
 */
export function invalidateSlot(sys: Sys, running: Running, slot: Slot): Slot {
  refuseRunning(running, slot)
  removeEntries(
    sys,
    slot.disk,
    ({ rootHash, version }) =>
      rootHash !== running.rootHash && (rootHash !== undefined || version !== running.version),
  )
  setUuid(sys, slot.disk, slot.verity, randomUuid(sys))
  setUuid(sys, slot.disk, slot.usr, randomUuid(sys))
  return readSlot(sys, slot.disk, slot.name)
}

/**
 * Opens a slot for writing. Throws `slots/in-use` when anything, be it a mount or a dm-verity device, holds one of its
 * partitions; what does is for `findPins()` to say. Throws `slots/is-running`.
 */
export function openSlotForWriting(sys: Sys, running: Running, slot: Slot): OpenSlot {
  refuseRunning(running, slot)
  releaseOldMappings(sys)
  const usr = openAlone(sys, slot.usr)
  try {
    const verity = openAlone(sys, slot.verity)
    return {
      usr,
      verity,
      close() {
        usr.close()
        verity.close()
      },
    }
  } catch (error) {
    usr.close()
    throw error
  }
}

/**
 * Gives a slot the name of the release that was written to it, after its data is on the medium. From then on the
 * initramfs finds it. Returns the slot as it is then. Throws `slots/is-running`, `slots/table-not-written`.
 */
export function sealSlot(sys: Sys, running: Running, slot: Slot, rootHash: string): Slot {
  refuseRunning(running, slot)
  const uuids = usrPartitionUuids(rootHash)
  sys.sync(slot.usr.device)
  sys.sync(slot.verity.device)
  setUuid(sys, slot.disk, slot.verity, uuids.usrVerity)
  setUuid(sys, slot.disk, slot.usr, uuids.usr)
  const sealed = readSlot(sys, slot.disk, slot.name)
  if (sealed.rootHash === rootHash) return sealed
  throw slotsError(
    'slots/table-not-written',
    `Cannot name slot ${slot.name} on ${slot.disk}: it reads back otherwise`,
  )
}

/**
 * The backup table is written before the primary one, and the sector with an entry changes at once: at each moment a
 * reader finds the old or the new name. Not told to the kernel, which refuses while a partition of the disk is in use
 * and goes by numbers anyway; the initramfs reads the table itself.
 */
function setUuid(sys: Sys, disk: string, { number, device }: SlotPartition, uuid: string): void {
  try {
    const argv = ['sfdisk', '--quiet', '--no-tell-kernel', '--no-reread', '--part-uuid']
    sys.mustRun([...argv, disk, String(number), uuid])
    sys.sync(disk)
  } catch (cause) {
    throw slotsError('slots/table-not-written', `Cannot change the name of ${device}: ${messageOf(cause)}`, {
      cause,
      hint: 'Look at the kernel log: the disk may be failing or read-only',
    })
  }
}

function openAlone(sys: Sys, { device }: SlotPartition): OpenFile {
  try {
    return sys.openForWriting(device, { exclusive: true })
  } catch (error) {
    if (!(error instanceof AfloatError) || error.details['errno'] !== 'EBUSY') throw error
    throw slotsError('slots/in-use', `Cannot write ${device}: something still uses it`, {
      cause: error,
      hint: 'See what "afloatctl pins" names',
    })
  }
}

function refuseRunning(running: Running, slot: Slot): void {
  if (running.disk !== slot.disk || running.slot !== slot.name) return
  throw slotsError('slots/is-running', `Cannot change slot ${slot.name} on ${slot.disk}: it is running`)
}

/** Source: RFC 9562, section 5.4 */
function randomUuid(sys: Sys): string {
  const bytes = sys.randomBytes(16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return toUuid(toHex(bytes))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
