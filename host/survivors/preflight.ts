import type { Sys } from '../sys/sys.ts'
import { checkHealthTimers } from './check-health-timers.ts'
import { checkNetwork } from './check-network.ts'
import { checkProcesses } from './check-processes.ts'
import { checkSlot } from './check-slot.ts'
import { checkUnits } from './check-units.ts'
import { listSurvivors, survivorProperties } from './list-survivors.ts'
import { stopProperties } from './stopped-units.ts'
import type { Finding } from './survivor.ts'
import { readAllUnits } from './units.ts'

/** What `preflight()` needs to know of all units; with this, of survivors also what `listSurvivors()` does. */
export const preflightProperties = ['IgnoreOnIsolate', ...stopProperties, ...survivorProperties] as const

/**
 * Says what would not survive a soft reboot now, and why; and what would survive, but not as it should. For every unit
 * that is set to survive, of all the units. Marks nothing, so call `markSurvivors()` first. Throws `sys/command-failed`.
 */
export function preflight(sys: Sys, units = readAllUnits(sys, preflightProperties)): Finding[] {
  const survivors = listSurvivors(sys, units)
  if (survivors.length === 0) return []
  return [
    ...checkUnits(survivors, units),
    ...checkProcesses(sys, survivors),
    ...checkNetwork(sys, survivors),
    ...checkSlot(sys, survivors),
    ...checkHealthTimers(survivors, units),
  ]
}
