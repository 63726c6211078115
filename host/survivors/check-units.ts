import { type Stopped, stoppedUnits } from './stopped-units.ts'
import type { Finding, Survivor } from './survivor.ts'
import type { UnitProperties } from './units.ts'

/** The settings that a unit needs to be left alone by a soft reboot. Source: systemd-soft-reboot.service(8) */
const settings =
  'DefaultDependencies=no, IgnoreOnIsolate=yes, and "Conflicts=" with reboot.target, kexec.target, poweroff.target, ' +
  'halt.target, rescue.target and emergency.target in place of shutdown.target'

/** Finds survivors that systemd itself would stop, and why. `units` are the properties of all loaded units. */
export function checkUnits(survivors: readonly Survivor[], units: readonly UnitProperties[]): Finding[] {
  const stopped = stoppedUnits(units)
  const ignoring = new Set(
    units.filter((unit) => unit['IgnoreOnIsolate'] === 'yes').map((unit) => unit['Id'] ?? ''),
  )
  return survivors.flatMap(({ unit }): Finding[] => {
    const how = stopped.get(unit)
    if (how !== undefined) return [describe(unit, how)]
    if (ignoring.has(unit)) return []
    return [
      {
        unit,
        code: 'survivors/not-survivable',
        text: 'it is stopped when the new system starts, as IgnoreOnIsolate= is not set',
        remedy: 'Set "IgnoreOnIsolate=yes" in [Unit]',
        fatal: true,
      },
    ]
  })
}

function describe(unit: string, { because, root }: Stopped): Finding {
  if (because === undefined) {
    return {
      unit,
      code: 'survivors/stopped-at-shutdown',
      text: `it is stopped at a soft reboot, as it conflicts with ${root}`,
      remedy: `Set in [Unit]: ${settings}`,
      fatal: true,
    }
  }
  const via = because === root ? '' : `, by way of ${because}`
  const text = `it is stopped with ${root}, which it needs${via}`
  if (root.endsWith('.slice')) {
    const remedy = `Give ${root} a drop-in with "DefaultDependencies=no", "IgnoreOnIsolate=yes" and "SurviveFinalKillSignal=yes" in [Unit]`
    return { unit, code: 'survivors/slice-ends', text, remedy, fatal: true }
  }
  if (root.endsWith('-network.service')) {
    const remedy = `Set in [Unit] of the .network file of containers: ${settings}`
    return { unit, code: 'survivors/network-ends', text, remedy, fatal: true }
  }
  if (root.endsWith('.mount')) {
    const remedy = `Give ${root} a drop-in with "DefaultDependencies=no" in [Unit]: it is then unmounted last, after a reboot has been ordered`
    return { unit, code: 'survivors/mount-ends', text, remedy, fatal: true }
  }
  const remedy = `Let ${unit} want ${root} instead of requiring it, or set in [Unit] of ${root}: ${settings}`
  return { unit, code: 'survivors/requires-mortal', text, remedy, fatal: true }
}
