import type { CheckRecord } from './record.ts'

const minuteMs = 60_000
/** What the timer does when neither failures nor the server say otherwise; see afloat-update.timer. */
export const ordinaryMs = 45 * minuteMs
const longestBackoffMs = 4 * 60 * minuteMs
/** A server may ask for more or less than the ordinary pause, within these bounds. */
const shortestPollMs = minuteMs
const longestPollMs = 24 * 60 * minuteMs

/** After a failure: 1 minute, doubled with each further one up to 4 hours, a quarter more or less by chance. */
export function afterFailure(check: CheckRecord, nowMs: number, chance: number): CheckRecord {
  const failures = check.failures + 1
  const pauseMs = Math.min(minuteMs * 2 ** Math.min(failures - 1, 20), longestBackoffMs)
  return { ...check, failures, nextMs: nowMs + Math.round(pauseMs * (0.75 + chance / 2)) }
}

/** After an answer. `pollSeconds` is what the server asked for. */
export function afterAnswer(check: CheckRecord, nowMs: number, pollSeconds?: number): CheckRecord {
  const pauseMs =
    pollSeconds === undefined
      ? ordinaryMs
      : Math.min(Math.max(pollSeconds * 1000, shortestPollMs), longestPollMs)
  return { ...check, lastMs: nowMs, nextMs: nowMs + pauseMs }
}

/**
 * Whether the time has come. A time that no rule could have set is from a clock that was wrong: then it has.
 * A minute early counts: a timer with a random delay must not miss its turn by seconds.
 */
export function isDue({ nextMs }: CheckRecord, nowMs: number): boolean {
  return nextMs === undefined || nowMs >= nextMs - minuteMs / 2 || nextMs - nowMs > longestPollMs + minuteMs
}

/** Returns a number from 0 to 1 from one random byte. */
export function chanceOf(bytes: Uint8Array): number {
  return (bytes[0] ?? 128) / 255
}
