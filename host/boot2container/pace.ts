import type { Sys } from '../sys/sys.ts'

const counter = '/run/afloat/failures-in-a-row'
const longestPauseMs = 60_000

/** Before the same is done again: at once after a success, later and later after failures. */
export function pace(sys: Sys, failed: boolean): void {
  if (!failed) {
    sys.remove(counter)
    return
  }
  const failures = Number(sys.readText(counter) ?? 0) + 1
  sys.writeFile(counter, `${failures}`)
  sys.sleepMs(Math.min(1_000 * 2 ** (failures - 1), longestPauseMs))
}
