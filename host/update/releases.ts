import { checkIdentity, type Manifest, parseManifest, type ReleaseIdentity } from '@afloat/release'
import { AfloatError } from '@afloat/report'
import { replaceFile } from '../sys/replace-file.ts'
import type { Sys } from '../sys/sys.ts'
import { places } from './places.ts'

/**
 * Keeps a manifest that was verified, and who the running release is, for planning from and back to them. What was
 * kept of others is removed: their slot is being written.
 */
export function keepReleases(
  sys: Sys,
  manifest: Manifest,
  bytes: Uint8Array,
  running: ReleaseIdentity,
): void {
  sys.makeDirs(places.releases)
  replaceFile(sys, fileOf(manifest.version), bytes)
  // The release that a machine was installed with came without a manifest.
  if (!sys.exists(fileOf(running.version))) replaceFile(sys, fileOf(running.version), JSON.stringify(running))
  const kept = [manifest, running].map(({ version }) => `${version}.json`)
  for (const name of sys.list(places.releases) ?? []) {
    if (!kept.includes(name)) sys.remove(`${places.releases}/${name}`)
  }
}

/** Returns who a release is that was or is in a slot; undefined when nothing usable was kept. */
export function readKeptRelease(sys: Sys, version: string): Manifest | ReleaseIdentity | undefined {
  const bytes = sys.readBytes(fileOf(version))
  const text = sys.readText(fileOf(version))
  if (bytes === undefined || text === undefined) return undefined
  try {
    return parseManifest(bytes)
  } catch (error) {
    if (!(error instanceof AfloatError)) throw error
  }
  try {
    return checkIdentity(JSON.parse(text))
  } catch {
    return undefined
  }
}

function fileOf(version: string): string {
  return `${places.releases}/${version}.json`
}
