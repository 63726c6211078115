import type { Sys } from '../../sys/sys.ts'
import { provisionErrors as errors } from '../errors.ts'
import type { StepOf } from '../plan/step.ts'
import { clear, makeParents, nameOf } from './make-way.ts'
import { applyOwner } from './owner.ts'

/** Makes a folder, or gives one that is there its mode and owner; with `overwrite` it begins empty. */
export function applyDirectory(sys: Sys, { path, mode, owner, overwrite }: StepOf<'directory'>): void {
  if (overwrite) clear(sys, path)
  const found = sys.lstat(path)
  if (found !== undefined && found.kind !== 'directory')
    throw errors.pathTaken(path, 'folder', nameOf(found.kind))
  const isNew = found === undefined
  if (isNew) {
    makeParents(sys, path)
    sys.makeDirs(path, { mode: mode ?? 0o755 })
  }
  applyOwner(sys, path, owner, { isNew })
  // After the owner: a change of owner takes setuid and setgid away.
  if (mode !== undefined && sys.lstat(path)?.mode !== mode) sys.chmod(path, mode)
}
