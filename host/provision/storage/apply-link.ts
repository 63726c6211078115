import type { Sys } from '../../sys/sys.ts'
import { provisionErrors as errors } from '../errors.ts'
import type { StepOf } from '../plan/step.ts'
import { clear, makeParents, nameOf } from './make-way.ts'
import { applyOwner } from './owner.ts'

/** Makes a symbolic or hard link. The same symbolic link may be there already. */
export function applyLink(sys: Sys, { path, target, hard, overwrite, owner }: StepOf<'link'>): void {
  const found = sys.lstat(path)
  const isSame = !hard && found?.kind === 'symlink' && sys.readLink(path) === target
  if (found !== undefined && !isSame) {
    if (!overwrite) throw errors.pathTaken(path, 'link', nameOf(found.kind))
    clear(sys, path)
  }
  if (!isSame) {
    makeParents(sys, path)
    if (hard) sys.link(target, path)
    else sys.symlink(target, path)
  }
  if (!hard) applyOwner(sys, path, owner, { isNew: !isSame })
}
