import type { Sys } from '../sys/sys.ts'

/** Does what must not keep the rest from happening: a failure goes to the log. Returns whether it was done. */
export function attempt(sys: Sys, what: string, run: () => void): boolean {
  try {
    run()
    return true
  } catch (error) {
    sys.log(`afloat: cannot ${what}: ${error instanceof Error ? error.message : String(error)}`)
    return false
  }
}
