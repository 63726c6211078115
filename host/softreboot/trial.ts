import type { SlotName } from '../slots/slot.ts'
import { replaceFile } from '../sys/replace-file.ts'
import type { Sys } from '../sys/sys.ts'

/** What a release is identified by. */
export type ReleaseAt = { readonly version: string; readonly rootHash: string; readonly slot: SlotName }

/** A release that was started and has yet to show that it is good. */
export type Trial = ReleaseAt & {
  /** What to go back to. */
  readonly from: ReleaseAt
  readonly action: 'soft-reboot' | 'kexec' | 'reboot'
  readonly startedAtMs: number
  /** How long the release has, from the start of its life, to become good. */
  readonly settleSec: number
}

/** What came of a trial. */
export type Verdict = {
  readonly version: string
  readonly rootHash: string
  readonly outcome: 'good' | 'failed'
  /** One line; for a failed one why. */
  readonly reason: string
  readonly code: string
  readonly atMs: number
}

const home = '/var/lib/afloat/update'
export const trialPath = `${home}/trial.json`
export const verdictPath = `${home}/verdict.json`

/** Writes down a trial before it starts, and removes the verdict of the last one. */
export function writeTrial(sys: Sys, trial: Trial): void {
  sys.makeDirs(home)
  sys.remove(verdictPath)
  replaceFile(sys, trialPath, `${JSON.stringify(trial)}\n`)
}

export function readTrial(sys: Sys): Trial | undefined {
  return readJson<Trial>(sys, trialPath)
}

export function writeVerdict(sys: Sys, verdict: Verdict): void {
  sys.makeDirs(home)
  replaceFile(sys, verdictPath, `${JSON.stringify(verdict)}\n`)
}

export function readVerdict(sys: Sys): Verdict | undefined {
  return readJson<Verdict>(sys, verdictPath)
}

/** Takes back a trial that was not started after all. */
export function removeTrial(sys: Sys): void {
  sys.remove(trialPath)
  if (sys.exists(home)) sys.sync(home)
}

/** Whether a release is being tried: then the one before must stay within reach. */
export function isTrialOn(sys: Sys): boolean {
  const trial = readTrial(sys)
  const verdict = readVerdict(sys)
  return trial !== undefined && (verdict === undefined || verdict.rootHash !== trial.rootHash)
}

/** These files are replaced whole, so one that does not parse was not written by this program. */
function readJson<T>(sys: Sys, path: string): T | undefined {
  const text = sys.readText(path)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as T
  } catch {
    return undefined
  }
}
