import type { KnownFiles } from './known-files.ts'
import type { RemoteFile } from './s3-client.ts'
import type { LocalFile } from './scan-folder.ts'

/** What is on both sides under one name: the same, not the same, or to be told by the MD5 of the file. */
export type Likeness = 'same' | 'different' | 'unclear'

/**
 * Compares a file with an object by size and by what is known from before. Times are not asked: the clock of a machine
 * and that of a server differ, and files that were changed without growing would be missed. `isEncrypted`: what looks like
 * the MD5 of an object is not that of its contents.
 */
export function compareFile(
  name: string,
  local: LocalFile,
  remote: RemoteFile,
  known: KnownFiles,
  { isEncrypted = false }: { isEncrypted?: boolean } = {},
): Likeness {
  if (local.sizeBytes !== remote.sizeBytes) return 'different'
  const before = known.get(name)
  const unchanged = before?.version === local.version
  if (unchanged && before.etag === remote.etag) return 'same'
  if (!isEncrypted && isMd5(remote.etag)) return 'unclear'
  return unchanged && before.etag === '' ? 'same' : 'different'
}

function isMd5(etag: string): boolean {
  return /^[0-9a-f]{32}$/.test(etag)
}

/** Which names have to be copied and removed so that `to` becomes like `from`. */
export type Differences = {
  readonly missing: readonly string[]
  readonly changed: readonly string[]
  /** There, though not in `from`. */
  readonly extra: readonly string[]
}

export function findDifferences(
  from: ReadonlyMap<string, unknown>,
  to: ReadonlyMap<string, unknown>,
  isSame: (name: string) => boolean,
  isExcluded: (name: string) => boolean,
): Differences {
  const names = [...from.keys()].filter((name) => !isExcluded(name))
  return {
    missing: names.filter((name) => !to.has(name)),
    changed: names.filter((name) => to.has(name) && !isSame(name)),
    extra: [...to.keys()].filter((name) => !from.has(name) && !isExcluded(name)),
  }
}
