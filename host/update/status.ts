import { formatWindow } from '@afloat/release'
import { AfloatError } from '@afloat/report'
import { otherSlot, readRunning } from '../slots/read-running.ts'
import { slotContents } from '../slots/slot-contents.ts'
import { readThisLife } from '../softreboot/this-life.ts'
import type { Sys } from '../sys/sys.ts'
import { readConfig, type UpdateConfig } from './config.ts'
import { publicUrl } from './http.ts'
import { nextOpening } from './next-opening.ts'
import { type Progress, readProgress } from './progress-file.ts'
import type { FailedVersion, FinishedUpdate, RecordedError, StateName } from './record.ts'
import { loadRecord } from './store.ts'

/** All there is to know about updates of this machine; what `afloatctl status --json` prints. Times are ISO 8601. */
export type UpdateStatus = {
  readonly apiVersion: 'afloat/v1'
  readonly kind: 'UpdateStatus'
  readonly running: { readonly version: string; readonly rootHash: string; readonly slot: string }
  readonly softReboots: number
  /** The release in the other slot, if it is whole. */
  readonly other?: { readonly version: string } | undefined
  readonly state: StateName
  /** The version that the state is about. */
  readonly target?: string | undefined
  readonly progress?: Progress | undefined
  readonly config?: {
    readonly server: string
    readonly group: string
    readonly strategy: string
    readonly automatic: boolean
    readonly keys: number
    /** For people, as "Mon-Fri 02:00 for 2 h". */
    readonly windows: readonly string[]
  }
  /** When the machine may next switch by itself; absent while it may. */
  readonly nextWindowAt?: string | undefined
  readonly lastCheckAt?: string | undefined
  readonly nextCheckAt?: string | undefined
  /** The version that the server offered last. */
  readonly offered?: string | undefined
  readonly lastError?: Timed<RecordedError> | undefined
  readonly lastUpdate?: Timed<FinishedUpdate> | undefined
  readonly failed: readonly Timed<FailedVersion>[]
}

type Timed<T extends { atMs: number }> = Omit<T, 'atMs'> & { readonly at: string }

/** Looks at the machine. Throws `slots/no-verity` on one that has no slots. */
export function readStatus(sys: Sys): UpdateStatus {
  const running = readRunning(sys)
  const { version, rootHash, slot } = running
  const record = loadRecord(sys, version)
  const { state, check } = record
  const other = slotContents(sys, otherSlot(sys, running))
  const config = configOf(sys)
  return {
    apiVersion: 'afloat/v1',
    kind: 'UpdateStatus',
    running: { version, rootHash, slot },
    softReboots: readThisLife(sys).softReboots,
    other: other && { version: other.version },
    state: state.name,
    target: state.name === 'idle' ? undefined : state.target.version,
    progress: currentProgress(sys),
    ...(config === undefined ? {} : { config: shownConfig(config) }),
    nextWindowAt: config?.automatic === true ? toTime(nextOpening(sys, config.windows)) : undefined,
    lastCheckAt: toTime(check.lastMs),
    nextCheckAt: toTime(check.nextMs),
    offered: check.offered,
    lastError: record.lastError && timed(record.lastError),
    lastUpdate: record.lastUpdate && timed(record.lastUpdate),
    failed: record.failed.map(timed),
  }
}

/** A configuration that cannot be used is what the agent complains about. */
function configOf(sys: Sys): UpdateConfig | undefined {
  try {
    return readConfig(sys)
  } catch (error) {
    if (error instanceof AfloatError) return undefined
    throw error
  }
}

function shownConfig({
  server,
  publicKeys,
  windows,
  ...config
}: UpdateConfig): NonNullable<UpdateStatus['config']> {
  const { group, strategy, automatic } = config
  return {
    server: publicUrl(server),
    group,
    strategy,
    automatic,
    keys: publicKeys.length,
    windows: windows.map(formatWindow),
  }
}

function currentProgress(sys: Sys): Progress | undefined {
  const progress = readProgress(sys)
  return progress?.step === 'done' ? undefined : progress
}

function timed<T extends { atMs: number }>({ atMs, ...rest }: T): Timed<T> {
  return { ...rest, at: new Date(atMs).toISOString() } as Timed<T>
}

function toTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString()
}
