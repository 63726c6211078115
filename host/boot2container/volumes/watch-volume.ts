import type { Sys } from '../../sys/sys.ts'
import { type KnownFiles, readKnownFiles, writeKnownFiles } from './known-files.ts'
import { type Mirror, push } from './mirror.ts'
import { pullChanges, pushChanges } from './mirror-changes.ts'
import { scanFolder } from './scan-folder.ts'
import { UnstoredNote } from './unstored.ts'

/** What the program that watches a volume is to do; plain data. */
export type WatchTask = {
  /** Store what is changed in the folder. */
  readonly push?: Mirror
  /** Fetch what is changed in the bucket. */
  readonly pull?: Mirror
  /** Where `KnownFiles` are kept. */
  readonly known: string
  /** The paths of an `UnstoredNote`. */
  readonly unstored: readonly string[]
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
  const note = new UnstoredNote(sys, task.unstored)
  const store =
    task.push === undefined ? () => false : storer(sys, task.push, known, note, task.pull !== undefined)
  const fetch = task.pull === undefined ? () => false : fetcher(sys, task.pull, known)
  let failures = 0
  let lookMs = 0
  while (!sys.exists(task.stop)) {
    const startMs = sys.uptimeMs()
    try {
      const fetched = fetch()
      if (store(failures > 0) || fetched) writeKnownFiles(sys, task.known, known)
      else lookMs = sys.uptimeMs() - startMs
      if (failures > 0) sys.remove(task.failing)
      failures = 0
    } catch (error) {
      failures++
      sys.writeFile(task.failing, error instanceof Error ? error.message : String(error))
      if (task.push !== undefined) note.set(task.push.url)
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
  note: UnstoredNote,
  isTwoWay: boolean,
): (failed: boolean) => boolean {
  let compared = isTwoWay
  let seen = ''
  // A server that says nothing keeps what was changed from being stored, and nobody knows yet.
  const begin = () => note.set(mirror.url, { soon: true })
  return (failed) => {
    if (isTwoWay || (mirror.overwrite && compared && !failed)) {
      const stored = pushChanges(sys, mirror, known, begin)
      if (stored || failed) note.clear()
      return stored
    }
    const now = mirror.overwrite
      ? ''
      : [...scanFolder(sys, mirror.folder)].map(([name, { version }]) => `${name} ${version}`).join('\n')
    if (compared && !failed && now === seen) return false
    begin()
    push(sys, mirror, known)
    note.clear()
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
