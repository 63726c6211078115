import { parseShown } from '../survivors/units.ts'
import type { Sys } from '../sys/sys.ts'

/**
 * systemd carries units that have failed over a soft reboot. What failed in a life before, maybe in a release that was left
 * for it, says nothing about this one, and would keep the system "degraded" for good: such failures are reset, and those
 * of units that this release does not have, which systemd may notice only now. The journal keeps them. Returns the names of the units. Throws `sys/command-failed`.
 */
export function forgetFailures(sys: Sys): string[] {
  const manager = sys.mustRun([
    'systemctl',
    'show',
    '--property=SoftRebootsCount,UserspaceTimestampMonotonic',
  ])
  // In an order of systemd's own.
  const numberOf = (name: string) => Number(new RegExp(`^${name}=(\\d+)$`, 'm').exec(manager)?.[1] ?? 0)
  const startedUs = numberOf('UserspaceTimestampMonotonic')
  if (numberOf('SoftRebootsCount') === 0) return []
  const failed = sys.mustRun(['systemctl', 'list-units', '--all', '--state=failed', '--plain', '--no-legend'])
  const names = failed.split('\n').flatMap((line) => line.trim().split(/\s+/)[0] || [])
  if (names.length === 0) return []
  const shown = sys.mustRun([
    'systemctl',
    'show',
    '--property=Id,LoadState,InactiveEnterTimestampMonotonic',
    '--',
    ...names,
  ])
  const old = parseShown(shown)
    .filter(
      (unit) =>
        unit['LoadState'] === 'not-found' || Number(unit['InactiveEnterTimestampMonotonic']) < startedUs,
    )
    .flatMap((unit) => unit['Id'] ?? [])
  if (old.length > 0) sys.mustRun(['systemctl', 'reset-failed', '--', ...old])
  return old
}
