import type { Sys } from '../sys/sys.ts'
import { readContainer } from './containers.ts'
import { listControlGroups, listMarkedUnits, processesIn } from './control-groups.ts'
import type { Survivor, SurvivorKind } from './survivor.ts'
import { showUnits, type UnitProperties } from './units.ts'

/** Units of Afloat's own that survive because others need them. */
const helpers = /^afloat-(dns|guard|keep-socket@.*)\.service$/

/** What `listSurvivors()` needs to know of units. */
export const survivorProperties = [
  'ActiveState',
  'SurviveFinalKillSignal',
  'ControlGroup',
  'MainPID',
  'RootImage',
  'RootDirectory',
  'SourcePath',
] as const

/**
 * Returns the units among those given that are active and set to survive a soft reboot (`SurviveFinalKillSignal=yes`), by
 * name. Whether they will is for `preflight()` to say. Throws `sys/command-failed` when systemd does not answer.
 */
export function listSurvivors(
  sys: Sys,
  units = showUnits(sys, ['*.service', '*.scope'], survivorProperties),
): Survivor[] {
  return units
    .filter((unit) => unit['SurviveFinalKillSignal'] === 'yes' && isUp(unit))
    .map((unit) => describe(sys, unit))
    .sort((a, b) => (a.unit < b.unit ? -1 : 1))
}

/**
 * Returns the survivors that have processes; those without are networks and helpers. systemd is asked about no other
 * units: about all of them, it is busy for a second on a machine that is emulated, and everything starts just then.
 */
export function listRunningSurvivors(sys: Sys): Survivor[] {
  return listSurvivors(sys, showUnits(sys, listMarkedUnits(sys), survivorProperties))
}

function isUp(unit: UnitProperties): boolean {
  return ['active', 'reloading', 'refreshing'].includes(unit['ActiveState'] ?? '')
}

function describe(sys: Sys, properties: UnitProperties): Survivor {
  const unit = properties['Id'] ?? ''
  const cgroup = properties['ControlGroup'] ?? ''
  const groups = cgroup === '' ? [] : listControlGroups(sys, cgroup)
  const pids = groups.flatMap((group) => processesIn(sys, group))
  const container = readContainer(sys, groups)
  const bare = unit.replace(/\.[a-z]+$/, '')
  if (container !== undefined) {
    const { id, conmonPid, bundle, name = bare, pid: mainPid } = container
    return { unit, name, kind: 'container', cgroup, pids, mainPid, container: { id, conmonPid, bundle } }
  }
  const mainPid = Number(properties['MainPID'] ?? 0) || (pids[0] ?? 0)
  return { unit, name: bare, kind: kindOf(unit, properties), cgroup, pids, mainPid }
}

function kindOf(unit: string, properties: UnitProperties): SurvivorKind {
  if (helpers.test(unit)) return 'helper'
  if (properties['SourcePath']?.endsWith('.network') === true) return 'network'
  return (properties['RootImage'] ?? '') === '' && (properties['RootDirectory'] ?? '') === ''
    ? 'service'
    : 'portable'
}
