import type { Sys } from '../sys/sys.ts'

/** Properties of a unit as `systemctl show` prints them. */
export type UnitProperties = Readonly<Record<string, string>>

/** Asks systemd about units, by name or pattern; those that are not loaded are left out. */
export function showUnits(
  sys: Sys,
  units: readonly string[],
  properties: readonly string[],
): UnitProperties[] {
  if (units.length === 0) return []
  const wanted = ['Id', 'LoadState', ...properties]
  const text = sys.mustRun(['systemctl', 'show', `--property=${wanted.join(',')}`, '--', ...units], {
    timeoutMs: 60_000,
    env: { SYSTEMD_PAGER: '' },
  })
  return parseShown(text).filter((unit) => unit['LoadState'] !== 'not-found')
}

/** All kinds but devices, of which there are many, and which nothing stops. */
const kinds = ['service', 'scope', 'target', 'slice', 'mount', 'automount', 'swap', 'socket', 'timer', 'path']

/**
 * Returns these properties of all loaded units. The one question that many can share: PID 1 writes down everything about
 * every unit for it, which takes two seconds on a machine that is emulated.
 */
export function readAllUnits(sys: Sys, properties: readonly string[]): UnitProperties[] {
  return showUnits(
    sys,
    kinds.map((kind) => `*.${kind}`),
    properties,
  )
}

/** Returns the names of units that have failed; none when systemd does not answer. */
export function listFailed(sys: Sys): string[] {
  const argv = ['systemctl', 'list-units', '--failed', '--plain', '--no-legend', '--no-pager', '--full']
  const { stdout } = sys.run(argv, { timeoutMs: 10_000 })
  return stdout.split('\n').flatMap((line) => line.trim().split(/\s+/)[0] || [])
}

/** Reads blocks of KEY=VALUE lines. */
export function parseShown(text: string): UnitProperties[] {
  const units: UnitProperties[] = []
  for (const block of text.split(/\n\n+/)) {
    const unit: Record<string, string> = {}
    for (const line of block.split('\n')) {
      const equals = line.indexOf('=')
      if (equals > 0) unit[line.slice(0, equals)] = line.slice(equals + 1)
    }
    if (unit['Id'] !== undefined) units.push(unit)
  }
  return units
}

/** The words of a property that is a list. */
export function wordsOf(unit: UnitProperties, property: string): string[] {
  return (unit[property] ?? '').split(' ').filter((word) => word !== '')
}
