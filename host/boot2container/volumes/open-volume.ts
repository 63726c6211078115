import type { Volume } from '@afloat/boot2container'
import { mount, unmount } from '../../sys/mounts.ts'
import { dirname } from '../../sys/path.ts'
import type { Sys } from '../../sys/sys.ts'
import { type OpenKey, openEncrypted } from './encryption.ts'
import { volumeErrors as errors, volumeWarnings as warnings } from './errors.ts'
import { forgetExpiration, recordExpiration, removeHome, unstoredPath } from './expiration.ts'
import { UnstoredNote } from './unstored.ts'
import type { VolumeContext } from './volume-context.ts'

/** A volume that containers can use. */
export type OpenVolume = {
  readonly volume: Volume
  /** What is known of it, on the cache. */
  readonly home: string
  /** Its files. */
  readonly data: string
  /** Whether these are all that is on a named file system: they are not the volume's to remove. */
  readonly isShared: boolean
  /** `KnownFiles`; names of files, and therefore encrypted where they are. */
  readonly known: string
  readonly unstored: UnstoredNote
  /** Whether its files are there at the next boot, unless they are removed. */
  readonly isLasting: boolean
}

/** Where podman looks for the files of a volume. */
export function podmanPath(name: string): string {
  return `/run/afloat/volumes/${name}/_data`
}

/** Makes or finds a volume below `homes` and gives it to podman. */
export function openVolume(
  { sys, secrets, storage, filesystemPath }: VolumeContext,
  homes: string,
  volume: Volume,
  keys: OpenKey[],
): OpenVolume {
  const { name, filesystem, fscryptKey } = volume
  if (!/^\w[\w.-]*$/.test(name)) throw errors.badName(name)
  const home = `${homes}/${name}`
  sys.makeDirs(home)
  recordExpiration(sys, home, volume)
  const root = filesystem === undefined ? undefined : filesystemPath(filesystem)
  const box = root === undefined ? `${home}/box` : `${root}/${name}.encrypted`
  const isBoxed = root === undefined || fscryptKey !== undefined || sys.exists(box)
  const known = `${isBoxed ? box : home}/known`
  if (isBoxed) {
    const key = fscryptKey === undefined ? {} : { key: secrets.get(fscryptKey) }
    const request = { name, folder: box, reset: volume.resetFscryptKey, bookkeeping: known, ...key }
    openEncrypted(sys, request, keys)
  }
  const data = isBoxed ? `${box}/data` : root
  // Beside the files as well: without a cache the other one is in memory, and a cache may be lost.
  const notes = root === undefined ? [] : [`${root}/.b2c-${name}.unstored`]
  const unstored = new UnstoredNote(sys, [unstoredPath(home), ...notes])
  // A power cut may have kept the end of its last pipeline from emptying it. What is on the cache has gone by now.
  const mayBeLeft = root !== undefined && isBoxed
  if (mayBeLeft && volume.expiration === 'pipeline_end' && unstored.url === undefined) empty(sys, data)
  sys.makeDirs(data)
  mount(sys, { source: data, target: podmanPath(name), options: ['bind'] })
  const isLasting = storage.cacheDir !== undefined || root !== undefined
  return { volume, home, data, isShared: !isBoxed, known, unstored, isLasting }
}

/** Takes a volume away from podman, and removes it if it has expired and all of it is stored. */
export function closeVolume({ sys, report }: VolumeContext, open: OpenVolume): void {
  const { volume, home, data, isShared, unstored, isLasting } = open
  const mounted = podmanPath(volume.name)
  unmount(sys, mounted, { lazy: true })
  sys.remove(mounted)
  sys.remove(dirname(mounted))
  if (volume.expiration !== 'pipeline_end') return
  if (isLasting && unstored.url !== undefined) {
    // Without the note the next boot would take it for left over.
    if (!unstored.insist()) forgetExpiration(sys, home)
    report.warn({ ...warnings.notStored(), subject: volume.name })
    return
  }
  if (!isShared) empty(sys, data)
  removeHome(sys, home)
}

function empty(sys: Sys, folder: string): void {
  for (const name of sys.list(folder) ?? []) sys.remove(`${folder}/${name}`, { recursive: true })
}
