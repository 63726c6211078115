import type { SyncCondition, Volume } from '@afloat/boot2container'
import { type OpenKey, removeKey } from './encryption.ts'
import { volumeErrors as errors, volumeWarnings as warnings } from './errors.ts'
import { removeExpired } from './expiration.ts'
import { closeVolume, type OpenVolume, openVolume } from './open-volume.ts'
import { forgetS3Settings, s3Program, writeS3Settings } from './s3-client.ts'
import { Synchronizer } from './synchronizer.ts'
import type { VolumeContext } from './volume-context.ts'

export interface Volumes {
  /**
   * Mirrors what is due. Throws when that fails for good: `b2c/volume-pull-failed`, `b2c/volume-push-failed`; at the
   * end of a pipeline only after all volumes were seen to.
   */
  on(condition: Exclude<SyncCondition, 'changes'>): void
  /** Takes volumes away from containers, which must have ended, and keys from the kernel; removes what has expired. */
  close(): void
}

/** Makes the volumes of a pipeline, at `podmanPath()`. When one cannot be made, those before it are closed again. */
export function openVolumes(context: VolumeContext, volumes: readonly Volume[]): Volumes {
  const { sys, report, config, secrets, storage } = context
  const home = `${storage.cacheDir ?? '/run/afloat'}/volume-data`
  for (const name of removeExpired(sys, home)) report.warn({ ...warnings.notStored(), subject: name })
  const keys: OpenKey[] = []
  const open: OpenVolume[] = []
  const close = (): void => {
    for (const volume of open.splice(0).reverse()) closeVolume(context, volume)
    for (const key of keys.splice(0)) {
      if (!removeKey(sys, key)) report.warn({ ...warnings.keyBusy(), subject: key.name })
    }
    forgetS3Settings(sys)
  }
  try {
    if (volumes.some(isMirrored)) writeS3Settings(sys, config.s3Aliases, secrets.get)
    for (const volume of volumes) {
      report.stage('volume', volume.name, () => {
        if (isMirrored(volume)) assertReachable(context, volume)
        open.push(openVolume(context, home, volume, keys))
      })
    }
  } catch (error) {
    close()
    throw error
  }
  const synchronizers = open.flatMap((each) => {
    const { pullFrom, pushTo } = each.volume
    return pullFrom === undefined || pushTo === undefined
      ? []
      : new Synchronizer(context, each, { pullFrom, pushTo })
  })
  return {
    on(condition) {
      const failures: unknown[] = []
      for (const synchronizer of synchronizers) {
        try {
          synchronizer.on(condition)
        } catch (error) {
          if (condition !== 'pipeline_end') throw error
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
    },
    close() {
      for (const synchronizer of synchronizers) synchronizer.stop()
      close()
    },
  }
}

/** Whether anything is mirrored at all. Source: the reference arms nothing when it has only one of the two. */
function isMirrored({ pullFrom, pushTo }: Volume): boolean {
  return pullFrom !== undefined && pushTo !== undefined
}

function assertReachable({ sys, config }: VolumeContext, { name, pullFrom = '', pushTo = '' }: Volume): void {
  if (s3Program(sys) === undefined) throw errors.noClient(name)
  for (const url of [pullFrom, pushTo]) {
    const alias = url.split('/')[0]!
    if (!config.s3Aliases.some((known) => known.alias === alias)) throw errors.unknownAlias(name, alias)
  }
}
