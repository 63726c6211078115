import type { Sys } from '../../sys/sys.ts'
import { excluder } from './exclude.ts'
import type { KnownFiles } from './known-files.ts'
import { type Mirror, pull, push } from './mirror.ts'
import { copyFiles, listRemote, removeRemote } from './s3-client.ts'
import { type LocalFile, scanFolder } from './scan-folder.ts'

/**
 * Stores what was changed since it was last stored, and removes what has gone, without asking what the bucket holds:
 * for watching a folder once it was compared. What `known` does not know is taken for new. `begin` is called before
 * anything is stored.
 */
export function pushChanges(sys: Sys, mirror: Mirror, known: KnownFiles, begin = (): void => {}): boolean {
  const locals = scanFolder(sys, mirror.folder)
  const isExcluded = excluder(mirror)
  const changed = [...locals].filter(
    ([name, { version }]) =>
      known.get(name)?.version !== version && (mirror.overwrite || !known.has(name)) && !isExcluded(name),
  )
  const gone = goneFrom(locals, mirror, known)
  if (changed.length + gone.length === 0) return false
  begin()
  copyFiles(
    sys,
    mirror.folder,
    mirror.url,
    changed.map(([name]) => name),
    mirror.transfer,
  )
  removeRemote(sys, mirror.url, gone)
  for (const [name, { version }] of changed) known.set(name, { version, etag: '' })
  for (const name of gone) known.delete(name)
  return true
}

/**
 * Stores what was changed since both sides were last the same, and removes what has gone since. Unlike `push()` it lets all
 * else be that is in the bucket, and unlike `pushChanges()` it sees what is there.
 */
export function pushOwn(sys: Sys, mirror: Mirror, known: KnownFiles): void {
  const gone = goneFrom(scanFolder(sys, mirror.folder), mirror, known)
  removeRemote(sys, mirror.url, gone)
  for (const name of gone) known.delete(name)
  const isChanged = (name: string, { version }: LocalFile) => known.get(name)?.version !== version
  push(sys, { ...mirror, remove: false }, known, isChanged)
}

/** Makes the folder like the bucket, but for what was changed here since both sides were last the same. */
export function pullUntouched(sys: Sys, mirror: Mirror, known: KnownFiles): void {
  pull(sys, mirror, known, (name) => isUntouched(sys, mirror, known, name))
}

/**
 * Fetches what was changed in the bucket since it was last fetched, and removes what has gone there. What was changed
 * in the folder as well is left alone. Returns whether there was anything to do.
 */
export function pullChanges(sys: Sys, mirror: Mirror, known: KnownFiles): boolean {
  const remotes = listRemote(sys, mirror.url)
  for (const [name, { etag }] of remotes) {
    const before = known.get(name)
    // What this machine has stored is what it holds.
    if (before?.etag === '') known.set(name, { version: before.version, etag })
  }
  const isExcluded = excluder(mirror)
  const changed = new Set(
    [...remotes]
      .filter(([name, { etag }]) => known.get(name)?.etag !== etag && !isExcluded(name))
      .map(([name]) => name),
  )
  const gone = [...known.keys()].filter((name) => !remotes.has(name) && known.get(name)!.etag !== '')
  const wanted = new Set(
    [...changed, ...(mirror.remove ? gone : [])].filter((name) => isUntouched(sys, mirror, known, name)),
  )
  if (wanted.size === 0) return false
  pull(sys, mirror, known, (name) => wanted.has(name) && isUntouched(sys, mirror, known, name))
  return true
}

/** What was there when both sides were the same, and is to be removed from the bucket as well. */
function goneFrom(locals: ReadonlyMap<string, LocalFile>, mirror: Mirror, known: KnownFiles): string[] {
  if (!mirror.remove) return []
  const isExcluded = excluder(mirror)
  return [...known.keys()].filter((name) => !locals.has(name) && !isExcluded(name))
}

function isUntouched(sys: Sys, { folder }: Mirror, known: KnownFiles, name: string): boolean {
  const version = sys.version(`${folder}/${name}`)
  return version === undefined || version === known.get(name)?.version
}
