import type { Manifest } from '@afloat/release'
import { freeBytes } from '../sys/free-bytes.ts'
import { updateErrors as errors } from './errors.ts'
import { places } from './places.ts'
import type { Session } from './session.ts'

/** For the record, manifests, and names on the EFI system partition. */
const spareBytes = 2 * 1024 * 1024

/**
 * Sees to it that a release fits, before anything is given up for it. `ukiBytesThere`: so much of its kernel image was
 * stored by an earlier run. Throws `update/slot-too-small`, `update/esp-full` or `update/disk-full`.
 */
export function checkRoom({ sys, host }: Session, manifest: Manifest, ukiBytesThere: number): void {
  const bytesOf = (name: string) => manifest.artefacts.find((artefact) => artefact.name === name)?.bytes ?? 0
  const room = host.room()
  for (const [name, have] of [
    ['usr', room.usrBytes],
    ['verity', room.verityBytes],
  ] as const) {
    if (bytesOf(name) > have) throw errors.slotTooSmall(name, have, bytesOf(name))
  }
  const espNeed = bytesOf('uki') + spareBytes
  if (room.espBytes < espNeed) throw errors.espFull(room.espBytes, espNeed)
  sys.makeDirs(places.home, { mode: 0o700 })
  const diskNeed = bytesOf('uki') - ukiBytesThere + spareBytes
  const diskHave = freeBytes(sys, places.home)
  if (diskHave < diskNeed) throw errors.diskFull('/var', diskHave, diskNeed)
}
