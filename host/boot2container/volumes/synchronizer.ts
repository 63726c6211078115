import type { SyncCondition } from '@afloat/boot2container'
import { AfloatError } from '@afloat/report'
import { retry } from '../retry.ts'
import { encryptKeyFor } from './encrypt-key.ts'
import { volumeErrors as errors, volumeWarnings as warnings } from './errors.ts'
import { readKnownFiles, writeKnownFiles } from './known-files.ts'
import { type Mirror, pull, push } from './mirror.ts'
import { pullChanges, pullUntouched, pushChanges, pushOwn } from './mirror-changes.ts'
import type { OpenVolume } from './open-volume.ts'
import { S3Failure } from './s3-client.ts'
import type { VolumeContext } from './volume-context.ts'
import { Watcher } from './watcher.ts'

/** Six tries within 15 s. */
const tries = 6
const firstPauseMs = 500

/** When something is mirrored; changes go by themselves. */
type Occasion = Exclude<SyncCondition, 'changes'>

/** Mirrors one volume when it is due. */
export class Synchronizer {
  readonly #context: VolumeContext
  readonly #volume: OpenVolume
  readonly #pull: Mirror
  readonly #push: Mirror
  #pulled = false
  /** Not after a fetch that failed midway: then what is missing here was not removed here. */
  #isWhole = true
  #watcher: Watcher | undefined

  constructor(context: VolumeContext, volume: OpenVolume, urls: { pullFrom: string; pushTo: string }) {
    this.#context = context
    this.#volume = volume
    this.#pull = mirrorWith(context, volume, urls.pullFrom)
    this.#push = mirrorWith(context, volume, urls.pushTo)
  }

  on(occasion: Occasion): void {
    if (occasion === 'pipeline_start') this.#storeLeftovers()
    if (occasion === 'pipeline_end') this.stop()
    const { pullOn, pushOn } = this.#volume.volume
    const fetches = isDue(pullOn, occasion, ['pipeline_start', 'pipeline_end'])
    const stores = isDue(pushOn, occasion, ['pipeline_end'])
    if (fetches && pushOn.includes('changes') && occasion.startsWith('container_')) this.#catchUp()
    const fetch = () => fetches && this.#fetch()
    const store = () => stores && this.#store()
    // What was made here is stored before something else takes its place.
    for (const step of occasion.endsWith('_start') ? [fetch, store] : [store, fetch]) step()
    if (occasion !== 'pipeline_end') this.#watch()
  }

  /** Ends watching, once what is being copied is there. */
  stop(): void {
    this.#watcher?.stop()
    this.#watcher = undefined
  }

  /** Then neither side is made like the other as a whole: that would undo what was just changed there. */
  get #isTwoWay(): boolean {
    const { pullOn, pushOn } = this.#volume.volume
    return pullOn.includes('changes') && pushOn.includes('changes')
  }

  /** Then what is here has nothing to do with what is there, and must not take its place. */
  get #awaitsFetch(): boolean {
    const { pullOn } = this.#volume.volume
    return !this.#pulled && pullOn.some((word) => word !== 'container_end' && word !== 'pipeline_end')
  }

  /** Stores what an earlier pipeline could not, before anything is fetched over it. */
  #storeLeftovers(): void {
    if (this.#volume.unstored.url !== this.#push.url) return
    this.#context.report.note('Storing what could not be stored before')
    this.#storeOwn({ ...this.#push, remove: false })
  }

  /** Stores what the watcher has not come to yet. It is started again once something was fetched. */
  #catchUp(): void {
    this.stop()
    if (!this.#awaitsFetch) this.#storeOwn(this.#push)
  }

  /** Stores what was changed here, and leaves alone what was changed there. */
  #storeOwn(mirror: Mirror): void {
    const { sys } = this.#context
    const known = this.#readKnown()
    this.#run('store', mirror, known, () => pushOwn(sys, mirror, known))
  }

  #fetch(): void {
    const { sys } = this.#context
    const known = this.#readKnown()
    const { pushOn } = this.#volume.volume
    this.#isWhole = false
    this.#run('fetch', this.#pull, known, (mirror) => {
      if (this.#isTwoWay && this.#pulled) pullChanges(sys, mirror, known)
      else if (pushOn.includes('changes') && this.#pulled) pullUntouched(sys, mirror, known)
      else pull(sys, mirror, known)
    })
    this.#isWhole = true
    this.#pulled = true
  }

  #store(): void {
    const { sys, report } = this.#context
    const { volume } = this.#volume
    if (this.#awaitsFetch) {
      report.note('Nothing is stored, for nothing was fetched')
      return
    }
    if (!this.#isWhole) {
      this.#storeOwn({ ...this.#push, remove: false })
      return
    }
    const known = this.#readKnown()
    this.#run('store', this.#push, known, (mirror) => {
      if (this.#isTwoWay) {
        pushChanges(sys, mirror, known)
        return
      }
      const { kept } = push(sys, mirror, known)
      if (kept.length > 0)
        report.warn({ ...warnings.keptFiles(kept.length, mirror.url), subject: volume.name })
    })
  }

  /** Starts the watcher where there is to be one and is none, and passes on what it has to say. */
  #watch(): void {
    const { sys, report } = this.#context
    const { volume, known, unstored } = this.#volume
    const push = volume.pushOn.includes('changes') ? { push: this.#push } : {}
    const pull = volume.pullOn.includes('changes') ? { pull: this.#pull } : {}
    if (!('push' in push || 'pull' in pull) || this.#awaitsFetch || !this.#isWhole) return
    if (this.#watcher?.ended === true) {
      report.warn({ ...warnings.watcherEnded(), subject: volume.name })
      this.stop()
    }
    const why = this.#watcher?.failing
    if (why !== undefined) report.warn({ ...warnings.watcherFailing(why), subject: volume.name })
    this.#watcher ??= new Watcher(sys, volume.name, {
      ...push,
      ...pull,
      known,
      unstored: unstored.paths,
    })
  }

  #readKnown() {
    return readKnownFiles(this.#context.sys, this.#volume.known)
  }

  #run(
    what: 'fetch' | 'store',
    mirror: Mirror,
    known: ReturnType<typeof readKnownFiles>,
    step: (mirror: Mirror) => void,
  ): void {
    const { sys, report } = this.#context
    const { volume, unstored, isLasting } = this.#volume
    // Not only when it has failed: the power may fail first.
    if (what === 'store') unstored.set(mirror.url)
    report.stage('volume', volume.name, () => {
      try {
        retry(
          sys,
          {
            tries,
            firstPauseMs,
            mayPass: (error) => error instanceof S3Failure && error.mayPass,
            onPause: (error, pauseMs) =>
              report.note(
                `Cannot ${what} ${volume.name} yet: ${error.message}; next attempt in ${pauseMs / 1000} s`,
              ),
          },
          () => step(mirror),
        )
        writeKnownFiles(sys, this.#volume.known, known)
        if (what === 'store') unstored.clear()
      } catch (error) {
        if (!(error instanceof AfloatError)) throw error
        throw what === 'fetch'
          ? errors.pullFailed(volume.name, mirror.url, error.message)
          : errors.pushFailed(volume.name, mirror.url, error.message, isLasting)
      }
    })
  }
}

/** `changes` overrides the other conditions; then the foreground mirrors on `around` alone. */
function isDue(
  conditions: readonly SyncCondition[],
  occasion: Occasion,
  around: readonly Occasion[],
): boolean {
  return (conditions.includes('changes') ? around : conditions).includes(occasion)
}

function mirrorWith(context: VolumeContext, { volume, data, isShared }: OpenVolume, url: string): Mirror {
  const { config, secrets, storage } = context
  const { overwrite, remove, exclude, preserve, encryptKey } = volume
  const trimmed = url.replace(/\/+$/, '')
  const aliases = config.s3Aliases.map(({ alias }) => alias)
  const key =
    encryptKey === undefined ? {} : { encryptKey: encryptKeyFor(trimmed, secrets.get(encryptKey), aliases) }
  const top = data === storage.cacheDir ? 'cache' : 'filesystem'
  return {
    folder: data,
    url: trimmed,
    overwrite,
    remove,
    exclude,
    ...(isShared ? { topOf: top } : {}),
    transfer: { preserve, ...key },
  }
}
