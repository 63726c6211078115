import type { Sys } from '../sys/sys.ts'
import { type Entry, entriesHome, listEntries, readUkiRootHash } from './entries.ts'
import { formatEntryName, newEntryTries } from './entry-name.ts'
import { slotsError } from './errors.ts'
import { withEsp } from './mount-esp.ts'
import type { Running } from './read-running.ts'

/** Room to leave for the boot loader's own files, and for renaming. */
const spareBytes = 1024 * 1024

/**
 * Copies a unified kernel image to the EFI system partition so that the next start tries it: under a counting name,
 * given last, when its data is on the medium. An older entry of the same version is replaced.
 * Throws `slots/esp-full` (nothing is staged then), `slots/not-bootable` when `file` is not for `rootHash`, and
 * `slots/version-in-use` when the running release has the same version.
 */
export function stageUki(
  sys: Sys,
  running: Running,
  uki: { readonly file: string; readonly version: string; readonly rootHash: string },
): Entry {
  const { file, version, rootHash } = uki
  if (readUkiRootHash(sys, file) !== rootHash) {
    throw slotsError('slots/not-bootable', `Cannot stage "${file}": it does not start release ${version}`, {
      hint: 'Fetch the release again',
    })
  }
  return withEsp(sys, running.disk, (esp) => {
    const home = `${esp}/${entriesHome}`
    for (const name of sys.list(home) ?? []) if (name.startsWith('.')) sys.remove(`${home}/${name}`)
    const older = listEntries(sys, esp).filter((entry) => entry.version === version)
    if (older.some((entry) => entry.rootHash === running.rootHash)) {
      throw slotsError(
        'slots/version-in-use',
        `Cannot stage version ${version}: the running release, which is another one, has the same version`,
        { hint: 'Give the new release a version of its own' },
      )
    }
    makeRoom(sys, esp, sys.stat(file)?.size ?? 0)
    const name = formatEntryName({ version, triesLeft: newEntryTries, triesDone: 0 })
    const partial = `${home}/.${name}.new`
    try {
      sys.mustRun(['cp', '--no-preserve=all', '--', file, partial])
      sys.sync(partial)
      sys.rename(partial, `${home}/${name}`)
    } catch (error) {
      sys.remove(partial)
      throw error
    }
    for (const entry of older) if (entry.file !== name) sys.remove(`${home}/${entry.file}`)
    sys.sync(home)
    const staged = listEntries(sys, esp).find((entry) => entry.file === name)
    if (staged?.rootHash !== rootHash) {
      sys.remove(`${home}/${name}`)
      throw slotsError('slots/not-bootable', `Cannot stage version ${version}: it reads back damaged`, {
        hint: 'The EFI system partition may be damaged; look at the kernel log',
      })
    }
    return staged
  })
}

function makeRoom(sys: Sys, esp: string, needBytes: number): void {
  const [blocks = 0, blockBytes = 0] = sys
    .mustRun(['stat', '--file-system', '--format=%a %S', esp])
    .trim()
    .split(' ')
    .map(Number)
  const freeBytes = blocks * blockBytes
  if (freeBytes >= needBytes + spareBytes) return
  const mebibytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`
  throw slotsError(
    'slots/esp-full',
    `Cannot stage the kernel image: the EFI system partition has ${mebibytes(freeBytes)} free, needed are ${mebibytes(needBytes + spareBytes)}`,
    {
      hint: 'Remove files that do not belong to Afloat from /boot',
      details: { freeBytes, needBytes: needBytes + spareBytes },
    },
  )
}
