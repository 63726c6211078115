import type { HealthCheck } from './config.ts'
import type { HealthCode } from './errors.ts'
import { bootComplete, type Look, probeOk, type UnitLook } from './look.ts'

/** Why a release cannot be called good, now. */
export type Problem = {
  readonly code: HealthCode
  /** One line for a person, without a full stop. */
  readonly text: string
  /** Whose journal may tell more. */
  readonly unit?: string
}

/** Returns the first thing that is wrong: systemd before units, units before probes, in the order of the checks. */
export function findProblem(checks: readonly HealthCheck[], look: Look): Problem | undefined {
  if (look.silence !== undefined)
    return { code: 'health/no-answer', text: `systemd does not answer: ${look.silence}` }
  const { units, probes } = look
  if (look.boot.activeState !== 'active') return bootProblem(look)
  for (const [index, { unit }] of checks.entries()) {
    const found = units[index] && unitProblem(unit, units[index])
    if (found !== undefined) return found
  }
  for (const [index, { unit, url }] of checks.entries()) {
    const answer = probes[index]
    if (answer !== undefined && answer !== probeOk)
      return { code: 'health/probe-failed', text: `${url} of ${unit} does not answer well: ${answer}`, unit }
  }
  return undefined
}

function bootProblem({ boot, failed }: Look): Problem {
  const [unit] = failed
  const more = unit === undefined ? '' : `; failed: ${failed.join(', ')}`
  const text = `the boot did not finish: ${bootComplete} is ${boot.activeState}${more}`
  return { code: 'health/boot-incomplete', text, ...(unit === undefined ? {} : { unit }) }
}

/**
 * Returns the unit that is not the one it was at an earlier look, at which all was well: it went down in between and was
 * started again, however well it looks now.
 */
export function findRestart(checks: readonly HealthCheck[], earlier: Look, now: Look): Problem | undefined {
  for (const [index, { unit }] of checks.entries()) {
    const [before, after] = [earlier.units[index], now.units[index]]
    if (before === undefined || after === undefined) continue
    if (before.mainPid === after.mainPid && before.restarts === after.restarts) continue
    const times = after.restarts === 0 ? '' : ` (${after.restarts} times)`
    return { code: 'health/unit-restarts', text: `${unit} does not stay up: it was restarted${times}`, unit }
  }
  return undefined
}

function unitProblem(unit: string, look: UnitLook): Problem | undefined {
  if (look.loadState === 'not-found')
    return { code: 'health/unit-missing', text: `${unit} does not exist in this release`, unit }
  if (look.activeState === 'active') return undefined
  const how = [look.subState, look.result].filter((word) => !['', 'success', look.activeState].includes(word))
  const more = how.length === 0 ? '' : ` (${how.join(', ')})`
  return { code: 'health/unit-not-active', text: `${unit} is ${look.activeState}${more}`, unit }
}
