import type { Volume } from '@afloat/boot2container'
import { mount, unmount } from '../../sys/mounts.ts'
import { dirname } from '../../sys/path.ts'
import type { Sys } from '../../sys/sys.ts'
import { type OpenKey, openEncrypted } from './encryption.ts'
import { volumeErrors as errors, volumeWarnings as warnings } from './errors.ts'
import { recordExpiration, removeHome, unstoredPath } from './expiration.ts'
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
  readonly unstored: string
  readonly onCache: boolean
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
  // A power cut may have kept the end of its last pipeline from emptying it. What is on the cache has gone by now.
  const mayBeLeft = root !== undefined && isBoxed
  if (mayBeLeft && volume.expiration === 'pipeline_end' && !sys.exists(unstoredPath(home))) empty(sys, data)
  sys.makeDirs(data)
  mount(sys, { source: data, target: podmanPath(name), options: ['bind'] })
  const onCache = storage.cacheDir !== undefined
  return { volume, home, data, isShared: !isBoxed, known, unstored: unstoredPath(home), onCache }
}

/** Takes a volume away from podman, and removes it if it has expired and all of it is stored. */
export function closeVolume({ sys, report }: VolumeContext, open: OpenVolume): void {
  const { volume, home, data, isShared, unstored, onCache } = open
  const mounted = podmanPath(volume.name)
  unmount(sys, mounted, { lazy: true })
  sys.remove(mounted)
  sys.remove(dirname(mounted))
  if (volume.expiration !== 'pipeline_end') return
  if (onCache && sys.exists(unstored)) {
    report.warn({ ...warnings.notStored(), subject: volume.name })
    return
  }
  if (!isShared) empty(sys, data)
  removeHome(sys, home)
}

function empty(sys: Sys, folder: string): void {
  for (const name of sys.list(folder) ?? []) sys.remove(`${folder}/${name}`, { recursive: true })
}
