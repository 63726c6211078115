import { AfloatError } from '@afloat/report'
import type { Clock } from '../sys/sys.ts'

export type RetryOptions = {
  readonly tries: number
  /** Doubled after each. */
  readonly firstPauseMs: number
  /** Whether another try makes sense. Default: after any AfloatError. */
  readonly mayPass?: (error: AfloatError) => boolean
  /** Told before a pause. */
  readonly onPause: (error: AfloatError, pauseMs: number) => void
}

/** Does something until it works; throws what the last try threw. */
export function retry<T>(sys: Clock, options: RetryOptions, attempt: (tried: number) => T): T {
  for (let tried = 0; ; tried++) {
    try {
      return attempt(tried)
    } catch (error) {
      if (!(error instanceof AfloatError) || tried + 1 >= options.tries) throw error
      if (options.mayPass?.(error) === false) throw error
      const pauseMs = options.firstPauseMs * 2 ** tried
      options.onPause(error, pauseMs)
      sys.sleepMs(pauseMs)
    }
  }
}
