import type { Finding, Survivor } from './survivor.ts'
import type { UnitProperties } from './units.ts'

/** Finds containers whose health checks are timers that podman has made, which end with the old system. */
export function checkHealthTimers(
  survivors: readonly Survivor[],
  units: readonly UnitProperties[],
): Finding[] {
  const timers = units.map((unit) => unit['Id'] ?? '').filter((name) => name.endsWith('.timer'))
  return survivors
    .filter(({ container }) =>
      timers.some((name) => container !== undefined && name.startsWith(container.id)),
    )
    .map(({ unit }) => ({
      unit,
      code: 'survivors/health-check-ends',
      text: 'its health check is not run after a soft reboot, until it is restarted',
      remedy: 'Check it from outside, or name it under "updates: health:" with a URL',
      fatal: false,
    }))
}
