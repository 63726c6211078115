import { readRunning } from '../slots/read-running.ts'
import { listRunningSurvivors } from '../survivors/list-survivors.ts'
import type { Sys } from '../sys/sys.ts'
import { causeOf, takeEnding } from './ending.ts'
import type { Life } from './life.ts'
import { readLives, recordLife } from './lives.ts'
import { readThisLife, readTimestamps } from './this-life.ts'

/** Adds this life to the history, once. Throws `sys/command-failed` when systemd does not answer. */
export function writeHistory(sys: Sys): void {
  const { id, bootId, softReboots } = readThisLife(sys)
  const before = readLives(sys)
  // this program was started by hand, or anew
  if (before.some((life) => life.id === id)) return
  const ending = takeEnding(sys)
  const times = readTimestamps(sys)
  const running = tryRunning(sys)
  const ended = softReboots > 0 ? times.previousEndedAtMs : undefined
  const life: Life = {
    id,
    bootId,
    softReboots,
    version: running?.version ?? 'unknown',
    slot: running?.slot,
    rootHash: running?.rootHash,
    cause: causeOf({ bootId, softReboots }, ending, before.at(-1)),
    startedAtMs: times.startedAtMs,
    previousEndedAtMs: ended ?? (ending?.bootId === before.at(-1)?.bootId ? ending?.atMs : undefined),
    survivors: softReboots === 0 ? [] : namesOfSurvivors(sys),
  }
  recordLife(sys, life)
}

/** Those that people know: helpers and networks survive on their behalf. */
function namesOfSurvivors(sys: Sys): string[] {
  return listRunningSurvivors(sys)
    .filter(({ kind }) => kind !== 'helper' && kind !== 'network')
    .map(({ name }) => name)
}

/** A machine that was not booted from a slot has a history too. */
function tryRunning(sys: Sys) {
  try {
    return readRunning(sys)
  } catch {
    return undefined
  }
}
