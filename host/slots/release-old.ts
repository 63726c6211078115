import { listMounts } from '../sys/mounts.ts'
import type { Sys } from '../sys/sys.ts'
import { closeVerity, listVerityMappings, type VerityMapping } from './verity-mapping.ts'

const tries = 5
const pauseMs = 200

/** Returns the dm-verity devices that neither /usr nor any other mount of this namespace is on. */
export function listOldMappings(sys: Sys): VerityMapping[] {
  const used = new Set(listMounts(sys).map(({ device }) => device))
  return listVerityMappings(sys).filter(({ number }) => !used.has(number))
}

/**
 * Removes the devices of releases that no longer run, so that their slot can be written. What lets go only now is
 * given a second. Returns the names of those gone and of those still held; `findPins()` says by what.
 */
export function releaseOldMappings(sys: Sys): { released: string[]; held: string[] } {
  const released: string[] = []
  let held = listOldMappings(sys).map(({ name }) => name)
  for (let i = 0; i < tries && held.length > 0; i++) {
    if (i > 0) sys.sleepMs(pauseMs)
    const gone = held.filter((name) => closeVerity(sys, name))
    released.push(...gone)
    held = held.filter((name) => !gone.includes(name))
  }
  return { released, held }
}
