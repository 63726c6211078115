import type { Sys } from '../../sys/sys.ts'
import { type KnownFiles, readKnownFiles, writeKnownFiles } from './known-files.ts'
import { type Mirror, push } from './mirror.ts'
import { pullChanges, pushChanges } from './mirror-changes.ts'
import { scanFolder } from './scan-folder.ts'
import { forgetUnstored, noteUnstored } from './unstored.ts'

/** What the program that watches a volume is to do; plain data. */
export type WatchTask = {
  /** Store what is changed in the folder. */
  readonly push?: Mirror
  /** Fetch what is changed in the bucket. */
  readonly pull?: Mirror
  /** Where `KnownFiles` are kept. */
  readonly known: string
  /** Where it is noted that something could not be stored. */
  readonly unstored: string
  /** It ends when this file is there. */
  readonly stop: string
  /** Says why, while something fails. */
  readonly failing: string
}

const shortestPauseMs = 200
/** Looking at a large folder takes its time: at most a fifth of all time is spent with it. */
const pausePerLook = 4
const longestBackoffMs = 10_000
const listEveryMs = 2000

/** Mirrors changes, within a second or so, until the file `stop` is there. */
export function watchVolume(sys: Sys, task: WatchTask): void {
  const known = readKnownFiles(sys, task.known)
  const store = task.push === undefined ? () => false : storer(sys, task.push, known, task.pull !== undefined)
  const fetch = task.pull === undefined ? () => false : fetcher(sys, task.pull, known)
  let failures = 0
  let lookMs = 0
  while (!sys.exists(task.stop)) {
    const startMs = sys.uptimeMs()
    try {
      const fetched = fetch()
      if (store(failures > 0) || fetched) writeKnownFiles(sys, task.known, known)
      else lookMs = sys.uptimeMs() - startMs
      if (failures > 0) noteRecovery(sys, task)
      failures = 0
    } catch (error) {
      failures++
      noteFailure(sys, task, error)
    }
    const pauseMs = failures === 0 ? pausePerLook * lookMs : shortestPauseMs * 2 ** failures
    sys.sleepMs(Math.min(Math.max(shortestPauseMs, pauseMs), longestBackoffMs))
  }
}

/**
 * Returns what stores changes. At first, after a failure, and where nothing may be replaced, both sides are compared;
 * but not where changes go both ways: to make one side like the other would undo what was just changed there.
 */
function storer(
  sys: Sys,
  mirror: Mirror,
  known: KnownFiles,
  isTwoWay: boolean,
): (failed: boolean) => boolean {
  let compared = isTwoWay
  let seen = ''
  return (failed) => {
    if (isTwoWay || (mirror.overwrite && compared && !failed)) return pushChanges(sys, mirror, known)
    const now = mirror.overwrite
      ? ''
      : [...scanFolder(sys, mirror.folder)].map(([name, { version }]) => `${name} ${version}`).join('\n')
    if (compared && !failed && now === seen) return false
    push(sys, mirror, known)
    seen = now
    compared = true
    return true
  }
}

function fetcher(sys: Sys, mirror: Mirror, known: KnownFiles): () => boolean {
  let dueMs = 0
  return () => {
    if (sys.uptimeMs() < dueMs) return false
    const fetched = pullChanges(sys, mirror, known)
    dueMs = sys.uptimeMs() + listEveryMs
    return fetched
  }
}

function noteFailure(sys: Sys, task: WatchTask, error: unknown): void {
  sys.writeFile(task.failing, error instanceof Error ? error.message : String(error))
  if (task.push !== undefined) noteUnstored(sys, task.unstored, task.push.url)
}

function noteRecovery(sys: Sys, task: WatchTask): void {
  sys.remove(task.failing)
  forgetUnstored(sys, task.unstored)
}
