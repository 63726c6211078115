import type { Sys } from '../sys/sys.ts'
import { endTargetOf, writeEnding } from './ending.ts'
import { forgetFailures } from './forget-failures.ts'
import { recordUp } from './lives.ts'
import { readThisLife } from './this-life.ts'

/** Writes down that everything is up, and forgets what failed before this life. */
export function lifeIsUp(sys: Sys): void {
  const { id, softReboots } = readThisLife(sys)
  recordUp(sys, id, sys.nowMs())
  const old = forgetFailures(sys, softReboots)
  if (old.length > 0) sys.log(`Had failed before the soft reboot, and is forgotten: ${old.join(' ')}`)
}

/** Leaves a note for the next life on how this one ends; does nothing while the system is not going down. */
export function endLife(sys: Sys): void {
  const target = endTargetOf(sys.run(['systemctl', 'list-jobs', '--plain', '--no-legend']).stdout)
  if (target === undefined) return
  const { bootId, softReboots } = readThisLife(sys)
  writeEnding(sys, { bootId, softReboots, target, atMs: sys.nowMs() })
}
