import { type UnitProperties, wordsOf } from './units.ts'

/** What `stoppedUnits()` needs to know of every unit. */
export const stopProperties = [
  'Conflicts',
  'ConflictedBy',
  'RequiredBy',
  'RequisiteOf',
  'BoundBy',
  'ConsistsOf',
  'PropagatesStopTo',
] as const

/** A unit that the transaction of a soft reboot stops. */
export type Stopped = {
  /** The unit that takes it along; undefined when it is stopped for a conflict of its own. */
  readonly because: string | undefined
  /** The unit, or the target, at the start of the chain. */
  readonly root: string
}

/** What `systemctl soft-reboot` starts. Source: systemd.special(7); units of systemd 257 */
const started = [
  'soft-reboot.target',
  'systemd-soft-reboot.service',
  'shutdown.target',
  'umount.target',
  'final.target',
]

/**
 * Works out which units systemd stops before a soft reboot: those that conflict with a target of it, and all that stop
 * with those. `units` are the properties of all loaded units. Source: systemd.unit(5), "Mapping of unit properties to their inverses"
 */
export function stoppedUnits(units: readonly UnitProperties[]): Map<string, Stopped> {
  const byName = new Map(units.map((unit) => [unit['Id'] ?? '', unit]))
  const stopped = new Map<string, Stopped>()
  const pending: string[] = []
  const stop = (name: string, how: Stopped): void => {
    if (stopped.has(name) || started.includes(name)) return
    stopped.set(name, how)
    pending.push(name)
  }
  for (const target of started) {
    const ends = byName.get(target) ?? {}
    for (const name of [...wordsOf(ends, 'Conflicts'), ...wordsOf(ends, 'ConflictedBy')])
      stop(name, { because: undefined, root: target })
  }
  // a target that was never loaded is not listed, but units name it
  for (const [name, unit] of byName) {
    const target = wordsOf(unit, 'Conflicts').find((one) => started.includes(one))
    if (target !== undefined) stop(name, { because: undefined, root: target })
  }
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    const unit = byName.get(name) ?? {}
    for (const property of ['RequiredBy', 'RequisiteOf', 'BoundBy', 'ConsistsOf', 'PropagatesStopTo'])
      for (const other of wordsOf(unit, property))
        stop(other, {
          because: name,
          root: stopped.get(name)?.because === undefined ? name : stopped.get(name)!.root,
        })
  }
  return stopped
}
