import type { PipelineConfig, PullPolicy } from '@afloat/boot2container'
import { AfloatError } from '@afloat/report'
import { listMounts, unmount } from '../../sys/mounts.ts'
import type { Sys } from '../../sys/sys.ts'
import type { Cache } from '../cache/open-cache.ts'
import { b2cError } from '../errors.ts'
import type { Network } from '../network/network.ts'
import { places } from '../places.ts'
import { makeStore } from '../podman/configure-podman.ts'
import { type FailureKind, lastError } from '../podman/explain-failure.ts'
import { type ContainerRequest, readRequest } from '../podman/plan-container.ts'
import type { Reporter } from '../report.ts'
import { bytesOf, findStored, type ImageStore, readImageStore, type StoredImage } from './image-store.ts'
import { forgetUses, readImageUses, rememberUse } from './image-uses.ts'
import { planEviction } from './plan-eviction.ts'
import { findSeeds, listSeeds, type Seed } from './seeds.ts'

/** The images of a machine: which there are, which may be used, and which must go. */
export interface Images {
  /**
   * Makes an image ready and returns the pull policy for podman. Waits for the network only if the image may come from
   * there. Throws `b2c/image-not-pinned`, `b2c/image-unavailable`, `b2c/no-network`.
   */
  prepare(request: ContainerRequest): PullPolicy
  /** Returns the image that is here and may be used. */
  find(request: ContainerRequest): StoredImage | undefined
  /** Remembers that the image is on the medium and in use. */
  wasStarted(request: ContainerRequest): void
  /** Puts right what kept a container from being created. Returns whether another try makes sense. */
  repair(request: ContainerRequest, kind: FailureKind): boolean
  /** Removes what nobody can name, and what is beyond the limit. That it fails is said, and changes nothing else. */
  tidy(): void
}

export type ImagesContext = {
  readonly sys: Sys
  readonly report: Reporter
  readonly config: PipelineConfig
  readonly network: Network
  readonly graphRoot: string
  readonly cache?: Cache | undefined
  readonly filesystemPath: (name: string) => string
}

/** A registry in reach has answered by then; else the image that is here does. */
const wishMs = 3_000
const podmanLimitMs = 20_000
const checkLimitMs = 5 * 60_000

export function openImages(context: ImagesContext): Images {
  const { sys, report, config, network, graphRoot, cache } = context
  const policy = policyMark(sys, config)
  const usesDir = cache?.dir ?? places.memory
  const used = new Set<string>()
  const fromSeeds = new Set<string>()
  let seeds: Seed[] | undefined
  let repairs = 0

  const store = (): ImageStore => readImageStore(sys, graphRoot)
  const usable = (reference: string): StoredImage | undefined => {
    const found = findStored(store(), reference)
    if (found === undefined || policy === undefined || fromSeeds.has(found.id)) return found
    return readImageUses(sys, usesDir).images[found.id]?.policy === policy ? found : undefined
  }
  const remove = (images: readonly StoredImage[]): void => {
    if (images.length === 0) return
    const ids = images.map(({ id }) => id)
    sys.run(['podman', 'rmi', '--force', ...ids], { timeoutMs: podmanLimitMs })
    unlessFailed(report, () => forgetUses(sys, usesDir, ids))
  }
  const evict = (limitBytes: number): boolean => {
    const now = store()
    const needed = neededImages(config).flatMap((image) => findStored(now, image)?.id ?? [])
    const evicted = planEviction(now, readImageUses(sys, usesDir), limitBytes, [...used, ...needed])
    for (const { names, id } of evicted)
      report.note(`Image ${names[0] ?? id.slice(0, 12)} goes: used longest ago`)
    remove(evicted)
    return evicted.length > 0
  }
  if (cache?.isUnclean) dropUnfinished(context, store(), remove)

  return {
    prepare({ image, pull, isReadable }) {
      if (config.imagePolicy.requireDigest) assertPinned(image)
      if (image === undefined) {
        if (isReadable) throw noImage()
        // Nobody knows which one it will be, nor whether that was checked.
        if (policy !== undefined) return fromRegistry(network)
        if (pull !== 'never') network.need()
        return pull
      }
      if (pull === 'always') return fromRegistry(network)
      let isHere = usable(image) !== undefined
      if (!isHere) {
        seeds ??= listSeeds(sys, seedFolders(context))
        const fitting = findSeeds(seeds, image)
        if (fitting.some((seed) => report.stage('seed', image, () => load(context, seed)))) {
          const loaded = findStored(store(), image)
          if (loaded !== undefined) fromSeeds.add(loaded.id)
          isHere = usable(image) !== undefined
        }
      }
      if (pull === 'never' && !isHere) {
        throw b2cError(
          'b2c/image-unavailable',
          `Cannot use image ${image}: it is neither in the cache${policy === undefined ? '' : ', checked by these keys,'} nor in a seed`,
          {
            hint: 'Allow fetching with b2c.pull=missing, or add a seed with this image',
          },
        )
      }
      if (isHere && (pull !== 'newer' || isPinned(image))) {
        network.wish(wishMs)
        return 'never'
      }
      if (!isHere) {
        makeRoom(config, cache, evict)
        network.need()
        // One that is here by whatever name and was not checked must be fetched to be.
        return policy === undefined ? 'missing' : 'always'
      }
      return waitOrDoWithout(report, network, image)
    },
    find: ({ image }) => (image === undefined ? undefined : usable(image)),
    wasStarted({ image = '' }) {
      const found = findStored(store(), image)
      if (found === undefined) return
      used.add(found.id)
      // Without a cache nothing is evicted by use; but the next life of the machine may require signatures.
      if (cache === undefined && policy === undefined) return
      unlessFailed(report, () => rememberUse(sys, usesDir, found.id, policy))
    },
    repair({ image = '' }, kind) {
      repairs++
      switch (kind) {
        case 'passing':
          return true
        case 'disk-full':
          return evict(bytesOf(store(), store().images) / 2)
        case 'not-executable':
        case 'damaged-image': {
          const found = findStored(store(), image)
          if (kind === 'not-executable' && !isDamaged(sys, found)) return false
          report.warn({
            code: 'b2c/image-damaged',
            message: `Image ${image} is damaged: it is dropped, and fetched again unless that is forbidden`,
          })
          remove(found === undefined ? [] : [found])
          // Where podman cannot even remove it, nothing less helps.
          if (repairs > 2) clear(sys, graphRoot)
          return true
        }
        case 'damaged-store':
          report.warn({ code: 'b2c/cache-lost', message: 'All images are dropped: the store is damaged' })
          clear(sys, graphRoot)
          return true
        default:
          return false
      }
    },
    tidy() {
      if (cache === undefined) return
      unlessFailed(report, () => {
        remove(store().images.filter(({ names, id }) => names.length === 0 && !used.has(id)))
        if (config.cacheLimitBytes !== undefined) evict(config.cacheLimitBytes)
      })
    },
  }
}

/** A cache that is full, or fails, keeps no container from running. */
function unlessFailed(report: Reporter, work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof AfloatError)) throw error
    report.note(`WARNING: ${error.message} (${error.code})`)
  }
}

function noImage() {
  return b2cError('b2c/container-not-created', 'Cannot create the container: its arguments name no image', {
    hint: 'Write the options, then the image, then the command',
  })
}

/** Whether an image is named by its digest: there will never be a newer one of that name. */
function isPinned(image: string): boolean {
  return /@sha256:[0-9a-f]{64}$/.test(image)
}

function assertPinned(image: string | undefined): void {
  if (image !== undefined && isPinned(image)) return
  throw b2cError('b2c/image-not-pinned', `Cannot use image ${image ?? ''}: it is not named by its digest`, {
    hint: 'Write NAME@sha256:…, after options that podman 5.4 has',
  })
}

/** An image that was not started before the power failed may have come only in part. */
function dropUnfinished(
  { sys, report, cache }: ImagesContext,
  store: ImageStore,
  remove: (images: readonly StoredImage[]) => void,
): void {
  const known = readImageUses(sys, cache!.dir).images
  const unfinished = store.images.filter(({ id }) => known[id] === undefined)
  for (const { names, id } of unfinished) {
    report.note(
      `Image ${names[0] ?? id.slice(0, 12)} goes: the machine was not shut down after it was fetched`,
    )
  }
  remove(unfinished)
  // Layers of containers that ended with the power.
  sys.run(['podman', 'system', 'prune', '--external', '--force'], { timeoutMs: podmanLimitMs })
}

function makeRoom(config: PipelineConfig, cache: Cache | undefined, evict: (limit: number) => boolean): void {
  if (cache !== undefined && config.cacheLimitBytes !== undefined) evict(config.cacheLimitBytes)
}

/** Names of all images of a pipeline. */
function neededImages(config: PipelineConfig): string[] {
  const all = [...config.services, ...config.containers, ...config.postContainers]
  return all.flatMap((container) => readRequest(container, config).image ?? [])
}

function fromRegistry(network: Network): 'always' {
  network.need()
  return 'always'
}

function waitOrDoWithout(report: Reporter, network: Network, image: string): 'newer' | 'never' {
  try {
    network.need()
    return 'newer'
  } catch (error) {
    if (!(error instanceof AfloatError)) throw error
    report.warn({
      code: 'b2c/image-not-renewed',
      message: `Image ${image} is used as it is in the cache: ${error.message}`,
    })
    return 'never'
  }
}

/** A file system that cannot be mounted has no seeds; who needs it for more will say so. */
function seedFolders({ report, cache, config, filesystemPath }: ImagesContext): string[] {
  const named = config.filesystems.flatMap(({ name }) => {
    try {
      return [`${filesystemPath(name)}/seed`]
    } catch (error) {
      if (!(error instanceof AfloatError)) throw error
      report.note(error.message)
      return []
    }
  })
  return [places.seeds, ...(cache === undefined ? [] : [`${cache.dir}/seed`]), ...named]
}

/** Returns whether images were loaded. A seed that is damaged, or not trusted, keeps no machine from its registry. */
function load({ sys, report, cache }: ImagesContext, { path }: Seed): boolean {
  const { code, stderr } = sys.run(['podman', 'load', '--quiet', '--input', path])
  if (code === 0) {
    // What is started from its kept bundle runs no hook that would do it.
    if (cache !== undefined) sys.sync()
    return true
  }
  report.warn({
    code: 'b2c/seed-unusable',
    message: `Cannot load images from "${path}": ${lastError(stderr).replaceAll('\n *', '')}`,
    hint: 'Make it with "podman save --format oci-archive"; where signatures are required only those of the initramfs count',
  })
  return false
}

/** Reads the whole store, which takes its time: only for what cannot be run. */
function isDamaged(sys: Sys, image: StoredImage | undefined): boolean {
  if (image === undefined) return false
  const { stdout, stderr } = sys.run(['podman', 'system', 'check', '--quick'], { timeoutMs: checkLimitMs })
  return `${stdout}\n${stderr}`.includes(`Damaged image ${image.id}`)
}

/** What only podman's own programs could repair. The store is as it was when podman was configured. */
function clear(sys: Sys, graphRoot: string): void {
  // Podman mounts the folder of its layers onto itself, and services may be running on others.
  const below = listMounts(sys).filter(({ target }) => target.startsWith(`${graphRoot}/`))
  for (const { target } of below.reverse()) unmount(sys, target, { lazy: true })
  for (const name of sys.list(graphRoot) ?? []) sys.remove(`${graphRoot}/${name}`, { recursive: true })
  makeStore(sys, graphRoot)
}

/** Tells images that were checked under these keys from others. */
function policyMark(sys: Sys, { imagePolicy }: PipelineConfig): string | undefined {
  if (imagePolicy.publicKeys.length === 0 && imagePolicy.requireSignature !== true) return undefined
  return sys.mustRun(['sha256sum'], { input: imagePolicy.publicKeys.toSorted().join('\n') }).slice(0, 64)
}
