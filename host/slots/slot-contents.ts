import { type Manifest, parseManifest } from '@afloat/release'
import { AfloatError } from '@afloat/report'
import type { Sys } from '../sys/sys.ts'
import { readEntries } from './judge-entry.ts'
import type { Slot } from './slot.ts'

/** Manifests of releases that were written to a slot, as they were verified: `VERSION.json`. */
export const manifestsHome = '/var/lib/afloat/releases'

/** A release that lies in a slot, whole. */
export type SlotContents = {
  readonly rootHash: string
  readonly version: string
  /** File name of its boot entry. */
  readonly entry: string
  /** Undefined for the release that the machine was installed with. */
  readonly manifest: Manifest | undefined
}

/** Returns the release that a slot holds; undefined when it holds none, or one that was not written to its end. */
export function slotContents(sys: Sys, slot: Slot): SlotContents | undefined {
  const entry = readEntries(sys, slot.disk).find(({ rootHash }) => rootHash === slot.rootHash)
  if (entry === undefined) return undefined
  const { version, file } = entry
  const manifest = readManifest(sys, version)
  const fits = manifest?.usrRootHash === slot.rootHash
  return { rootHash: slot.rootHash, version, entry: file, manifest: fits ? manifest : undefined }
}

/** Returns the kept manifest of a version; undefined when there is none, or it is damaged. */
export function readManifest(sys: Sys, version: string): Manifest | undefined {
  const bytes = sys.readBytes(`${manifestsHome}/${version}.json`)
  try {
    return bytes && parseManifest(bytes)
  } catch (error) {
    if (error instanceof AfloatError) return undefined
    throw error
  }
}
