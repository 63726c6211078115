/** How many checks of a stage came out how, and a line about each that failed where more is known than that. */
export type Tally = { passed: number; failed: number; skipped: number; failures?: readonly string[] }

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0 }

export function add(a: Tally, b: Tally): Tally {
  const failures = [...(a.failures ?? []), ...(b.failures ?? [])]
  const sum = { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }
  return failures.length === 0 ? sum : { ...sum, failures }
}

export function formatTally(tally: Tally): string {
  return `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`
}
