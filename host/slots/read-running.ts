import { listMounts } from '../sys/mounts.ts'
import { basename, dirname } from '../sys/path.ts'
import type { Sys } from '../sys/sys.ts'
import { deviceOfUsr } from './device-of-usr.ts'
import { slotsError } from './errors.ts'
import { readSlot, type Slot, type SlotName } from './slot.ts'
import { listVerityMappings, nodeOf } from './verity-mapping.ts'

/** The release that this process sees at /usr. */
export type Running = {
  /** As in /usr/lib/os-release. */
  readonly version: string
  readonly rootHash: string
  readonly slot: SlotName
  /** Such as /dev/vda. */
  readonly disk: string
  readonly usrDevice: string
  readonly verityDevice: string
  /** Name of the dm-verity device, below /dev/mapper. */
  readonly mapping: string
  /** Number of the dm-verity device, as "253:0". */
  readonly deviceNumber: string
}

/**
 * Finds the running release from the device beneath /usr. The kernel command line is no help: after a soft reboot it
 * still tells what the kernel was booted with. Throws `slots/no-verity` on a machine that was not booted from a slot.
 */
export function readRunning(sys: Sys): Running {
  const deviceNumber = deviceOfUsr(listMounts(sys))
  const mapping = listVerityMappings(sys).find(({ number }) => number === deviceNumber)
  if (mapping === undefined || deviceNumber === undefined) throw noVerity('/usr is not behind dm-verity')
  const usrDevice = nodeOf(sys, mapping.data)
  const verityDevice = nodeOf(sys, mapping.hash)
  const label = labelOf(sys, mapping.data)
  // "../../devices/…/block/vda/vda2"
  const link = sys.readLink(`/sys/dev/block/${mapping.data}`)
  if (usrDevice === undefined || verityDevice === undefined || link === undefined)
    throw noVerity(`the devices ${mapping.data} and ${mapping.hash} beneath /usr are gone`)
  if (label !== 'usr-a' && label !== 'usr-b')
    throw noVerity(`${usrDevice} beneath /usr is ${label === undefined ? 'no partition' : `"${label}"`}`)
  return {
    version: runningVersion(sys),
    rootHash: mapping.rootHash,
    slot: label === 'usr-a' ? 'a' : 'b',
    disk: `/dev/${basename(dirname(link))}`,
    usrDevice,
    verityDevice,
    mapping: mapping.name,
    deviceNumber,
  }
}

/** Returns the slot that does not run. */
export function otherSlot(sys: Sys, running: Running): Slot {
  return readSlot(sys, running.disk, running.slot === 'a' ? 'b' : 'a')
}

/** The kernel keeps the label it read when it found the disk. */
function labelOf(sys: Sys, number: string): string | undefined {
  return /^PARTNAME=(.+)$/m.exec(sys.readText(`/sys/dev/block/${number}/uevent`) ?? '')?.[1]
}

function runningVersion(sys: Sys): string {
  const text = sys.readText('/usr/lib/os-release') ?? ''
  return /^IMAGE_VERSION="?([^"\n]+)"?$/m.exec(text)?.[1] ?? 'unknown'
}

function noVerity(found: string) {
  return slotsError('slots/no-verity', `Cannot find the running slot: ${found}`, {
    hint: 'Updates need a machine that was booted from an Afloat disk image',
  })
}
