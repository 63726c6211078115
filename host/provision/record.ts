import { dirname } from '../sys/path.ts'
import { replaceFile } from '../sys/replace-file.ts'
import type { Sys } from '../sys/sys.ts'

/** Says that the machine is provisioned; written last. PID 1 and `afloatctl` read it. */
export const recordPath = '/var/lib/afloat/provisioned.json'

/** Says that provisioning has begun: without the record beside it, the root file system is half done. */
export const markerPath = '/var/lib/afloat/provisioning'

/** The config as it was found. It may hold secrets. */
export const configPath = '/var/lib/afloat/config.ign'

/** What was fetched and not yet put in its place. */
export const stagingPath = '/var/lib/afloat/staging'

export type ProvisionRecord = {
  /** Of this format. */
  version: 1
  /** ISO 8601, as far as the machine knew. */
  at: string
  source: { channel: string; place: string }
  /** Of the config as found; absent without one. */
  configSha256?: string
  hostname?: string
  /** The version of the image that did it. */
  osVersion?: string
}

export function isProvisioned(sys: Sys): boolean {
  return sys.exists(recordPath)
}

/** Marks the root file system as half done. Durable when it returns. */
export function beginProvisioning(sys: Sys): void {
  sys.makeDirs(dirname(markerPath))
  replaceFile(sys, markerPath, '', { mode: 0o600 })
}

/** Makes everything durable, then records that it is done. Power may fail anywhere in between. */
export function finishProvisioning(sys: Sys, record: ProvisionRecord, config: string | undefined): void {
  sys.remove(stagingPath, { recursive: true })
  if (config !== undefined) replaceFile(sys, configPath, config, { mode: 0o600 })
  sys.sync()
  replaceFile(sys, recordPath, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o644 })
  sys.remove(markerPath)
}
