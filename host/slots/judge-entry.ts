import type { Sys } from '../sys/sys.ts'
import { type Entry, entriesHome, listEntries } from './entries.ts'
import { formatEntryName, newEntryTries } from './entry-name.ts'
import { slotsError } from './errors.ts'
import { withEsp } from './mount-esp.ts'

/**
 * Makes a release the one that boots: its entry no longer counts, and the one that was good until now is started only
 * by hand: the boot loader prefers the highest version, and what is blessed may be an older one. Entries that still
 * count wait for their trial and are left alone. Throws `slots/no-entry`.
 */
export function bless(sys: Sys, disk: string, rootHash: string): void {
  withEsp(sys, disk, (esp) => {
    const entries = listEntries(sys, esp)
    const chosen = entryOf(entries, rootHash)
    rename(sys, esp, chosen, { ...chosen, triesLeft: undefined })
    for (const entry of entries) {
      if (entry !== chosen && entry.triesLeft === undefined) putOut(sys, esp, entry)
    }
  })
}

/** Has the boot loader start a release no more, unless nothing else is there. No entry is no failure. */
export function markBad(sys: Sys, disk: string, rootHash: string): void {
  withEsp(sys, disk, (esp) => {
    for (const entry of listEntries(sys, esp)) if (entry.rootHash === rootHash) putOut(sys, esp, entry)
  })
}

/** Gives a release its tries back, before it is tried once more. Throws `slots/no-entry`. */
export function armEntry(sys: Sys, disk: string, rootHash: string, tries = newEntryTries): void {
  withEsp(sys, disk, (esp) => {
    const entry = entryOf(listEntries(sys, esp), rootHash)
    rename(sys, esp, entry, { ...entry, triesLeft: tries, triesDone: 0 })
  })
}

/** Returns the boot entries of a disk. */
export function readEntries(sys: Sys, disk: string): Entry[] {
  return withEsp(sys, disk, (esp) => listEntries(sys, esp))
}

/** Removes the entries that `unwanted` says. Returns their file names. */
export function removeEntries(sys: Sys, disk: string, unwanted: (entry: Entry) => boolean): string[] {
  return withEsp(sys, disk, (esp) => {
    const files = listEntries(sys, esp)
      .filter(unwanted)
      .map(({ file }) => file)
    for (const file of files) sys.remove(`${esp}/${entriesHome}/${file}`)
    if (files.length > 0) sys.sync(`${esp}/${entriesHome}`)
    return files
  })
}

function entryOf(entries: readonly Entry[], rootHash: string): Entry {
  const entry = entries.find((candidate) => candidate.rootHash === rootHash)
  if (entry !== undefined) return entry
  throw slotsError('slots/no-entry', `Cannot find the boot entry of the release with root hash ${rootHash}`, {
    hint: 'Stage the release again: its kernel image is gone from the EFI system partition, or damaged',
  })
}

function putOut(sys: Sys, esp: string, entry: Entry): void {
  if (entry.triesLeft === 0) return
  rename(sys, esp, entry, { ...entry, triesLeft: 0 })
}

function rename(sys: Sys, esp: string, entry: Entry, to: Entry): void {
  const name = formatEntryName(to)
  if (name === entry.file) return
  sys.rename(`${esp}/${entriesHome}/${entry.file}`, `${esp}/${entriesHome}/${name}`)
  sys.sync(`${esp}/${entriesHome}`)
}
