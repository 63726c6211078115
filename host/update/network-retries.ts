import { AfloatError } from '@afloat/report'
import type { Sys } from '../sys/sys.ts'

const mostTries = 5
const longestPauseMs = 16_000

const passing = new Set(['update/unreachable', 'update/cut-short', 'update/stalled'])

/** Whether the same request may work in a moment. */
export function mayPass(error: unknown): error is AfloatError {
  if (!(error instanceof AfloatError)) return false
  const { status } = error.details
  return (
    passing.has(error.code) ||
    (typeof status === 'number' && (status >= 500 || status === 408 || status === 429))
  )
}

/**
 * Does something that depends on the network, up to five times in a row without progress: with pauses from 1 s on,
 * doubled each time. `progress` returns a number that grows. What does not pass is thrown at once.
 */
export function withRetries<T>(sys: Sys, attempt: () => T, progress: () => number): T {
  let reached = progress()
  for (let tries = 1; ; tries++) {
    try {
      return attempt()
    } catch (error) {
      if (progress() > reached) tries = 1
      reached = progress()
      if (!mayPass(error) || tries >= mostTries) throw error
      const pauseMs = Math.min(1000 * 2 ** (tries - 1), longestPauseMs)
      sys.log(`afloat: ${error.message}; next attempt in ${pauseMs / 1000} s`)
      sys.sleepMs(pauseMs)
    }
  }
}
