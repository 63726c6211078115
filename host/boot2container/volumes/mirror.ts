import { dirname } from '../../sys/path.ts'
import type { Sys } from '../../sys/sys.ts'
import { compareFile, type Differences, findDifferences } from './compare.ts'
import { excluder } from './exclude.ts'
import type { KnownFiles } from './known-files.ts'
import { md5OfFiles } from './md5.ts'
import {
  copyFiles,
  listRemote,
  type RemoteFile,
  removeRemote,
  S3Failure,
  type TransferOptions,
} from './s3-client.ts'
import { type LocalFile, leadsInside, scanFolder } from './scan-folder.ts'

/** A folder and what it is mirrored with; plain data, for it is handed to the program that watches. */
export type Mirror = {
  readonly folder: string
  /** `alias/bucket/path`. */
  readonly url: string
  readonly overwrite: boolean
  readonly remove: boolean
  readonly exclude: readonly string[]
  /** What the folder is the top of, if it is that: there are files beside those of the volume. */
  readonly topOf?: 'filesystem' | 'cache'
  readonly transfer: TransferOptions
}

/** Files that are there on the other side with other contents, and were left alone because of `overwrite`. */
export type Mirrored = { readonly kept: readonly string[] }

/** How often both sides are compared again: files may change while they are copied. */
const rounds = 3
/** A file that is changed twice within a tick of the kernel's clock has the same version before and after. */
const tickMs = 10

/**
 * Makes the bucket like the folder, and sees for itself that it is. `known` is brought up to date. With `only`, files
 * for which that returns false are left as they are.
 */
export function push(
  sys: Sys,
  mirror: Mirror,
  known: KnownFiles,
  only: (name: string, local: LocalFile) => boolean = () => true,
): Mirrored {
  return repeat(() => {
    const { locals, remotes, differences } = compareSides(sys, mirror, known, 'push', only)
    const { copied, removed, kept } = whatToDo(mirror, differences)
    copyFiles(sys, mirror.folder, mirror.url, copied, mirror.transfer)
    removeRemote(sys, mirror.url, removed)
    for (const name of known.keys()) if (!locals.has(name) || !remotes.has(name)) known.delete(name)
    for (const name of copied) known.set(name, { version: locals.get(name)!.version, etag: '' })
    return { moved: [...copied.map((name) => `${name} ${locals.get(name)!.version}`), ...removed], kept }
  })
}

/** Makes the folder like the bucket. Names that lead out of the folder, by way of a link in it, are refused. */
export function pull(
  sys: Sys,
  mirror: Mirror,
  known: KnownFiles,
  only: (name: string, remote: RemoteFile | undefined) => boolean = () => true,
): Mirrored {
  return repeat(() => {
    const { remotes, differences } = compareSides(sys, mirror, known, 'pull', () => true, only)
    const { copied, removed, kept } = whatToDo(mirror, differences)
    for (const name of removed) removeLocal(sys, mirror.folder, name)
    for (const name of copied) makeWay(sys, mirror.folder, name)
    copyFiles(sys, mirror.url, mirror.folder, copied, mirror.transfer)
    const locals = scanFolder(sys, mirror.folder)
    for (const name of removed) known.delete(name)
    for (const name of copied) {
      const local = locals.get(name)
      if (local !== undefined) known.set(name, { version: local.version, etag: remotes.get(name)!.etag })
    }
    return { moved: [...copied.map((name) => `${name} ${remotes.get(name)!.etag}`), ...removed], kept }
  })
}

function whatToDo({ overwrite, remove }: Mirror, { missing, changed, extra }: Differences) {
  return {
    copied: overwrite ? [...missing, ...changed] : missing,
    removed: remove ? extra : [],
    kept: overwrite ? [] : changed,
  }
}

/**
 * Goes round until there is nothing left to move: files may change meanwhile. The same in the same state twice means
 * that a copy was reported done and was not.
 */
function repeat(round: () => { moved: readonly string[]; kept: readonly string[] }): Mirrored {
  let before = new Set<string>()
  for (let left = rounds; ; left--) {
    const { moved, kept } = round()
    if (moved.length === 0) return { kept }
    const stuck = moved.find((each) => before.has(each))
    if (left <= 1 && stuck !== undefined)
      throw new S3Failure(`${JSON.stringify(stuck)} is not there after it was copied`, '')
    if (left <= 0) return { kept }
    before = new Set(moved)
  }
}

function compareSides(
  sys: Sys,
  mirror: Mirror,
  known: KnownFiles,
  direction: 'push' | 'pull',
  onlyLocal: (name: string, local: LocalFile) => boolean,
  onlyRemote: (name: string, remote: RemoteFile | undefined) => boolean = () => true,
) {
  const { folder, url, transfer } = mirror
  const locals = scanFolder(sys, folder)
  const remotes = listRemote(sys, url)
  const isExcluded = excluder(mirror)
  const shared = [...locals.keys()].filter((name) => remotes.has(name) && !isExcluded(name))
  const objects = { isEncrypted: transfer.encryptKey !== undefined }
  const likeness = new Map(
    shared.map((name) => [name, compareFile(name, locals.get(name)!, remotes.get(name)!, known, objects)]),
  )
  const unclear = shared.filter((name) => likeness.get(name) === 'unclear')
  if (unclear.length > 0) sys.sleepMs(tickMs)
  const sums = md5OfFiles(sys, folder, unclear)
  const isSame = (name: string): boolean =>
    likeness.get(name) === 'same' || (sums.has(name) && sums.get(name) === remotes.get(name)?.etag)
  for (const name of shared) {
    if (isSame(name)) known.set(name, { version: locals.get(name)!.version, etag: remotes.get(name)!.etag })
  }
  const skipped = (name: string): boolean => {
    const local = locals.get(name)
    const remote = remotes.get(name)
    return isExcluded(name) || (local !== undefined && !onlyLocal(name, local)) || !onlyRemote(name, remote)
  }
  const [from, to] = direction === 'push' ? [locals, remotes] : [remotes, locals]
  return { locals, remotes, differences: findDifferences(from, to, isSame, skipped) }
}

function removeLocal(sys: Sys, folder: string, name: string): void {
  if (!leadsInside(sys, folder, name)) throw leadsOut(name)
  sys.remove(`${folder}/${name}`)
  for (let above = dirname(`${folder}/${name}`); above !== folder; above = dirname(above)) {
    if (sys.list(above)?.length !== 0) return
    sys.remove(above)
  }
}

/** What is fetched takes the place of a link, and does not go where that leads. */
function makeWay(sys: Sys, folder: string, name: string): void {
  if (!leadsInside(sys, folder, name)) throw leadsOut(name)
  const path = `${folder}/${name}`
  sys.makeDirs(dirname(path))
  if (sys.lstat(path)?.kind === 'symlink') sys.remove(path)
}

function leadsOut(name: string): S3Failure {
  return new S3Failure(
    `${JSON.stringify(name)} would be written through a link or a file in the volume`,
    'NoSuchBucket',
  )
}
