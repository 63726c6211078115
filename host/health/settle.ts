import type { Sys } from '../sys/sys.ts'
import type { HealthCheck } from './config.ts'
import { findProblem, findRestart, type Problem } from './judge.ts'
import { type Look, lookAt } from './look.ts'

/** A release must look well twice, so far apart: what crashes at once does not. */
const steadyMs = 5000

/** Each look costs a slow machine a good part of a second. */
const pauseMs = 2000

/**
 * Looks at the machine until all is well and stays so, which returns undefined; or until `deadlineMs` (on the clock of
 * `uptimeMs()`), which returns what was wrong then. What got well before the deadline may show after it that it stays. A
 * boot that has ended without being complete will not get there by waiting.
 * `isOver` is asked between looks whether there is still something to judge; what it returns then is returned.
 */
export function settle(
  sys: Sys,
  checks: readonly HealthCheck[],
  deadlineMs: number,
  isOver: () => Problem | undefined = () => undefined,
): Problem | undefined {
  let well: Look | undefined
  let endedMs: number | undefined
  for (;;) {
    const over = isOver()
    if (over !== undefined) return over
    const look = lookAt(sys, checks)
    const restart = well && findRestart(checks, well, look)
    const problem = findProblem(checks, look)
    if (problem !== undefined || restart !== undefined) well = undefined
    if (problem === undefined) well ??= look
    if (well !== undefined && look.atMs - well.atMs >= steadyMs) return undefined
    endedMs = hasEndedIncomplete(look) ? (endedMs ?? look.atMs) : undefined
    if (endedMs !== undefined && look.atMs - endedMs >= 2 * steadyMs) return problem
    const isLate = sys.uptimeMs() >= deadlineMs
    if (isLate && (problem ?? restart) !== undefined) return problem ?? restart
    if (isLate && (well === undefined || well.atMs >= deadlineMs)) return late
    sys.sleepMs(pauseMs)
  }
}

/** The target needs what has failed: systemd gave it up, and nothing starts it again. */
function hasEndedIncomplete({ silence, boot, failed }: Look): boolean {
  return silence === undefined && boot.activeState === 'inactive' && !boot.hasJob && failed.length > 0
}

/** All is well, for the first time, and too late. */
const late: Problem = { code: 'health/boot-incomplete', text: 'it took too long to start' }
