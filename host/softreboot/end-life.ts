import type { Sys } from '../sys/sys.ts'
import { endTargetOf, writeEnding } from './ending.ts'
import { recordUp } from './lives.ts'
import { readThisLife } from './this-life.ts'

/** Writes down that everything is up. */
export function lifeIsUp(sys: Sys): void {
  recordUp(sys, readThisLife(sys).id, sys.nowMs())
}

/** Leaves a note for the next life on how this one ends; does nothing while the system is not going down. */
export function endLife(sys: Sys): void {
  const target = endTargetOf(sys.run(['systemctl', 'list-jobs', '--plain', '--no-legend']).stdout)
  if (target === undefined) return
  const { bootId, softReboots } = readThisLife(sys)
  writeEnding(sys, { bootId, softReboots, target, atMs: sys.nowMs() })
}
