/**
 * Names of boot entries: `afloat_VERSION+LEFT-DONE.efi`. The boot loader counts LEFT down and DONE up at each start;
 * without them the entry is known to be good, with LEFT 0 it is started only when nothing else is there.
 * Source: UAPI Group, Boot Loader Specification, "Boot counting"
 */
export type EntryName = {
  readonly version: string
  /** Starts that are left; undefined for an entry that does not count, because it is good. */
  readonly triesLeft: number | undefined
  readonly triesDone: number
}

/** Starts that a new entry is given. */
export const newEntryTries = 3

/** Reads a file name in EFI/Linux; undefined when it is not one of ours. */
export function parseEntryName(file: string): EntryName | undefined {
  const match = /^afloat_([^+_\s]+?)(?:\+(\d{1,9})(?:-(\d{1,9}))?)?\.efi$/i.exec(file)
  if (match === null) return undefined
  const [, version = '', left, done] = match
  return {
    version,
    triesLeft: left === undefined ? undefined : Number(left),
    triesDone: Number(done ?? 0),
  }
}

export function formatEntryName({ version, triesLeft, triesDone }: EntryName): string {
  const done = triesDone === 0 ? '' : `-${triesDone}`
  return `afloat_${version}${triesLeft === undefined ? '' : `+${triesLeft}${done}`}.efi`
}
