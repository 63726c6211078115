import type { Sys } from '../../sys/sys.ts'
import type { StepOf } from '../plan/step.ts'

/** Removes the mask of a unit; a unit file in its place stays. */
export function unmaskUnit(sys: Sys, { path }: StepOf<'unmask'>): void {
  if (sys.readLink(path) === '/dev/null') sys.remove(path)
}
