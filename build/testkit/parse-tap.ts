import type { Tally } from './tally.ts'

/**
 * Reads the TAP that the QuickJS tests print. `failures` are the lines of failed tests with what they printed.
 * `complete` is false when the plan at the end is missing or wrong: the program died, or a promise never settled.
 */
export function parseTap(text: string): {
  tally: Tally
  failures: string[]
  complete: boolean
  last: string
} {
  const tally = { passed: 0, failed: 0, skipped: 0 }
  const failures: string[] = []
  let planned = -1
  let last = ''
  let failing = false
  for (const line of text.split('\n')) {
    const [, not, name, directive] = /^(not )?ok \d+ - (.*?)( # (?:SKIP|TODO).*)?$/.exec(line) ?? []
    if (name !== undefined) {
      last = name
      failing = not !== undefined
      if (failing) tally.failed++
      else if (directive !== undefined) tally.skipped++
      else tally.passed++
    }
    const plan = /^1\.\.(\d+)$/.exec(line)?.[1]
    if (plan !== undefined) {
      planned = Number(plan)
      failing = false
    }
    if (failing) failures.push(line)
  }
  const complete = planned === tally.passed + tally.failed + tally.skipped
  return { tally, failures, complete, last }
}
