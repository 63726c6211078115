import type { Sys } from '../sys/sys.ts'
import { checkHealthTimers } from './check-health-timers.ts'
import { checkNetwork } from './check-network.ts'
import { checkProcesses } from './check-processes.ts'
import { checkSlot } from './check-slot.ts'
import { checkUnits } from './check-units.ts'
import { listSurvivors } from './list-survivors.ts'
import { stopProperties } from './stopped-units.ts'
import type { Finding } from './survivor.ts'
import { showUnits } from './units.ts'

/**
 * Says what would not survive a soft reboot now, and why; and what would survive, but not as it should. For every unit
 * that is set to survive. Marks nothing, so call `markSurvivors()` first. Throws `sys/command-failed`.
 */
export function preflight(sys: Sys): Finding[] {
  const survivors = listSurvivors(sys)
  if (survivors.length === 0) return []
  const units = showUnits(sys, ['*'], ['IgnoreOnIsolate', ...stopProperties])
  return [
    ...checkUnits(survivors, units),
    ...checkProcesses(sys, survivors),
    ...checkNetwork(sys, survivors),
    ...checkSlot(sys, survivors),
    ...checkHealthTimers(survivors, units),
  ]
}
