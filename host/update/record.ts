import type { RequestEvent } from '@afloat/omaha'
import type { UpdateAction } from '@afloat/release'

/**
 * All that the agent remembers: one file, replaced as a whole, and the only source of truth. Other files are messages:
 * `trial.json` to the health gate, `verdict.json` from it, requests from people, answers and `progress.json` to them.
 */
export type UpdateRecord = {
  readonly state: State
  /** Milliseconds since 1970 at which the state was entered. */
  readonly sinceMs: number
  readonly check: CheckRecord
  /** Versions that are not tried again, newest last. */
  readonly failed: readonly FailedVersion[]
  /** Events that the server has not acknowledged, oldest first. */
  readonly outbox: readonly RequestEvent[]
  readonly lastError?: RecordedError | undefined
  readonly lastUpdate?: FinishedUpdate | undefined
  /** The version this record was begun with: what the machine was installed with. */
  readonly firstVersion: string
}

/**
 * Where an update is. Each state says what is true of the disk when it is entered:
 * - idle: nothing is under way; the other slot holds a whole release or none
 * - writing: the other slot is given up; its first `framesDone` frames are on the medium
 * - sealed: the slot is whole and has its name; its kernel image is whole in `places.uki`
 * - staged: the kernel image is on the EFI system partition under a counting name: the next boot would try it
 * - acting: the switch was ordered; what became of it is found out by the next run
 */
export type State =
  | { readonly name: 'idle' }
  | {
      readonly name: 'writing'
      readonly target: Target
      readonly framesDone: number
      /** Whether the other slot was given up; false only for a moment. */
      readonly cleared: boolean
    }
  | { readonly name: 'sealed'; readonly target: Target }
  | { readonly name: 'staged'; readonly target: Target; readonly attempts: number }
  | {
      readonly name: 'acting'
      readonly target: Target
      readonly attempts: number
      readonly action: SwitchAction
      /** The boot and the life in it (number of soft reboots) that the switch was ordered in. */
      readonly bootId: string
      readonly softReboots: number
    }

export type StateName = State['name']

/** The actions that end in another release running. */
export type SwitchAction = Extract<UpdateAction, 'soft-reboot' | 'kexec' | 'reboot'>

/** The release that an update leads to. Its manifest is in `places.releases`. */
export type Target = {
  readonly version: string
  readonly rootHash: string
  readonly from: { readonly version: string; readonly rootHash: string }
  /** Where its bundle is; absent for a rollback, which fetches nothing. */
  readonly source?: BundleSource
  /** A person asked to leave the running version for the one in the other slot. */
  readonly rollback?: boolean
}

export type BundleSource = {
  readonly url: string
  readonly sizeBytes: number
  /** Of the manifest's bytes: another bundle under the same address is another release. */
  readonly manifestSha256: string
}

export type CheckRecord = {
  readonly lastMs?: number
  /** Not before this, unless a person asks. */
  readonly nextMs?: number
  /** In a row; 0 after a success. */
  readonly failures: number
  /** The version that the server offered last; absent when it had none. */
  readonly offered?: string | undefined
}

export type FailedVersion = { readonly version: string; readonly reason: string; readonly atMs: number }

export type RecordedError = {
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly atMs: number
}

export type FinishedUpdate = {
  readonly from: string
  readonly to: string
  readonly action?: SwitchAction | undefined
  readonly outcome: 'good' | 'failed'
  readonly reason?: string | undefined
  readonly atMs: number
}

/** A machine that has never been updated. */
export function newRecord(version: string, nowMs: number): UpdateRecord {
  return {
    state: { name: 'idle' },
    sinceMs: nowMs,
    check: { failures: 0 },
    failed: [],
    outbox: [],
    firstVersion: version,
  }
}
