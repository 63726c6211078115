import { parseCmdline } from '@afloat/cmdline'
import { parseUki, ukiHeadBytes } from '@afloat/release'
import { AfloatError } from '@afloat/report'
import type { Sys } from '../sys/sys.ts'
import { type EntryName, parseEntryName } from './entry-name.ts'

/** Where the boot loader looks for unified kernel images, on the EFI system partition. */
export const entriesHome = 'EFI/Linux'

/** A unified kernel image that the boot loader can start. */
export type Entry = EntryName & {
  /** File name in EFI/Linux. */
  readonly file: string
  readonly sizeBytes: number
  /** The release that it starts, by `usrhash=` in its command line; undefined when it cannot be read. */
  readonly rootHash: string | undefined
}

/** Returns the entries on a mounted EFI system partition, by file name. Files of others are left out. */
export function listEntries(sys: Sys, esp: string): Entry[] {
  return (sys.list(`${esp}/${entriesHome}`) ?? []).flatMap((file) => {
    const name = parseEntryName(file)
    if (name === undefined) return []
    const path = `${esp}/${entriesHome}/${file}`
    return [{ ...name, file, sizeBytes: sys.stat(path)?.size ?? 0, rootHash: readUkiRootHash(sys, path) }]
  })
}

/** Returns the root hash in the command line of a unified kernel image; undefined for one that is damaged. */
export function readUkiRootHash(sys: Sys, path: string): string | undefined {
  const sizeBytes = sys.stat(path)?.size ?? 0
  try {
    const head = sys.readBytes(path, { length: ukiHeadBytes }) ?? new Uint8Array()
    const { cmdline } = parseUki(head, sizeBytes)
    const text = sys.readText(path, { offset: cmdline.offset, length: cmdline.bytes }) ?? ''
    return parseCmdline(text.split('\0')[0] ?? '').get('usrhash')
  } catch (error) {
    if (error instanceof AfloatError) return undefined
    throw error
  }
}
