import { listFailed, showUnits } from '../survivors/units.ts'
import type { Sys } from '../sys/sys.ts'

/**
 * systemd carries units that have failed over a soft reboot. What failed in a life before, maybe in a release that was left
 * for it, says nothing about this one, and would keep the system "degraded" for good: such failures are reset, and those
 * of units that this release does not have, which systemd may notice only now. The journal keeps them. In the first
 * life of a kernel there is nothing to forget. Returns the names of the units. Throws `sys/command-failed`.
 */
export function forgetFailures(sys: Sys, softReboots: number): string[] {
  const failed = softReboots === 0 ? [] : listFailed(sys)
  if (failed.length === 0) return []
  const started = sys.mustRun(['systemctl', 'show', '--property=UserspaceTimestampMonotonic', '--value'])
  const since = showUnits(sys, failed, ['InactiveEnterTimestampMonotonic'])
    .filter((unit) => Number(unit['InactiveEnterTimestampMonotonic']) >= Number(started))
    .map((unit) => unit['Id'])
  const old = failed.filter((unit) => !since.includes(unit))
  if (old.length > 0) sys.mustRun(['systemctl', 'reset-failed', '--', ...old])
  return old
}
