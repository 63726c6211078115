import type { Sys } from '../../sys/sys.ts'
import { provisionErrors as errors } from '../errors.ts'
import { bytesOf, type Contents } from '../fetch/contents.ts'
import type { StepOf } from '../plan/step.ts'
import { clear, makeParents, nameOf } from './make-way.ts'
import { applyOwner } from './owner.ts'

/**
 * Writes a file. New contents appear whole under its name, with their mode and owner, or not at all.
 * Without `overwrite`, a file that is there may stay if it has the same contents.
 */
export function applyFile(sys: Sys, step: StepOf<'file'>): void {
  const { path, contents, overwrite, append } = step
  const kind = sys.lstat(path)?.kind
  if (kind !== undefined && kind !== 'file') {
    if (!overwrite) throw errors.pathTaken(path, 'file', nameOf(kind))
    clear(sys, path)
  }
  const exists = kind === 'file'
  makeParents(sys, path)
  const keeps = contents === undefined || (!overwrite && exists && isSame(sys, path, contents))
  if (exists && keeps) {
    for (const part of append) appendContents(sys, path, part)
    finish(sys, step, path, { isNew: false })
  } else {
    if (exists && !overwrite) throw errors.fileExists(path)
    writeNew(sys, step, contents ?? { kind: 'inline', url: '' })
  }
}

function writeNew(sys: Sys, step: StepOf<'file'>, contents: Contents): void {
  const partial = `${step.path}.afloat-partial`
  sys.remove(partial, { recursive: true })
  if (contents.kind === 'staged') sys.mustRun(['mv', '-T', '--', contents.path, partial])
  else sys.writeFile(partial, bytesOf(contents), { mode: 0o600 })
  for (const part of step.append) appendContents(sys, partial, part)
  finish(sys, step, partial, { isNew: true })
  sys.rename(partial, step.path)
}

function finish(sys: Sys, step: StepOf<'file'>, path: string, options: { isNew: boolean }): void {
  applyOwner(sys, path, step.owner, options)
  // After the owner: a change of owner takes setuid and setgid away.
  const mode = step.mode ?? (options.isNew ? 0o644 : undefined)
  if (mode !== undefined && sys.stat(path)?.mode !== mode) sys.chmod(path, mode)
}

function appendContents(sys: Sys, path: string, part: Contents): void {
  if (part.kind !== 'staged') sys.appendText(path, bytesOf(part))
  else
    sys.mustRun([
      'dd',
      `if=${part.path}`,
      `of=${path}`,
      'oflag=append',
      'conv=notrunc',
      'bs=1M',
      'status=none',
    ])
}

function isSame(sys: Sys, path: string, contents: Contents): boolean {
  if (contents.kind === 'staged') {
    const sums = sys.mustRun(['sha256sum', '--zero', '--', contents.path, path]).split('\0')
    return sums[0]?.split(' ')[0] === sums[1]?.split(' ')[0]
  }
  const wanted = bytesOf(contents)
  const found = sys.stat(path)?.size === wanted.length ? sys.readBytes(path) : undefined
  return found?.every((byte, i) => byte === wanted[i]) ?? false
}
