import { CACHE_LABEL, type CacheDevice } from '@afloat/boot2container'
import type { BlockDevice } from './block-devices.ts'

/** What is to be done to have a cache. */
export type CachePlan =
  /** `isOurs`: a cache and nothing else, so that it may be made anew when it is beyond repair. */
  | { readonly kind: 'use'; readonly device: string; readonly format: boolean; readonly isOurs: boolean }
  | { readonly kind: 'partition'; readonly disk: BlockDevice }
  | { readonly kind: 'none'; readonly why: string; readonly hint: string }

/** How to know what is on a device, where that is not listed with it because it takes time. */
export type DiskLook = {
  isEmpty(disk: BlockDevice): boolean
  /** What is on it, such as "xfs"; undefined for nothing that is known. */
  content(device: string): string | undefined
  /** Whether it begins with nothing at all. */
  isBlank(device: string): boolean
}

/**
 * Chooses the cache among the devices that are there. `auto` and `reset` take what is labelled as a cache, else a disk
 * that is empty; they never touch another. A disk that is named is the user's word: made into a cache if it has none. A
 * partition that is named may have been meant for what is on it: it is formatted only when that is nothing.
 */
export function planCache(request: CacheDevice, devices: readonly BlockDevice[], look: DiskLook): CachePlan {
  if (request.kind === 'device') return planNamed(request.path, devices, look)
  const ours = devices.find(isCache)
  if (ours !== undefined) {
    const format = request.kind === 'reset' || isNew(ours, look)
    return { kind: 'use', device: ours.device, format, isOurs: true }
  }
  const empty = devices.find((disk) => look.isEmpty(disk))
  if (empty !== undefined) return { kind: 'partition', disk: empty }
  const disks = devices.filter(({ disk }) => disk === undefined).map(({ device }) => device)
  return {
    kind: 'none',
    why:
      disks.length === 0
        ? 'there is no disk'
        : `no partition is labelled ${CACHE_LABEL}, and there is data on ${disks.join(', ')}`,
    hint: `Attach an empty disk, label a partition ${CACHE_LABEL}, or name a disk: b2c.cache_device=/dev/… takes all of it`,
  }
}

function planNamed(path: string, devices: readonly BlockDevice[], look: DiskLook): CachePlan {
  const named = devices.find(({ device }) => device === path)
  if (named === undefined) {
    return {
      kind: 'none',
      why: `${path} is not there, or cannot be written to`,
      hint: `Found ${devices.map(({ device }) => device).join(', ') || 'no disk'}; correct b2c.cache_device`,
    }
  }
  const use = { kind: 'use', device: path, format: false, isOurs: true } as const
  const within = devices.filter(({ disk }) => disk === path)
  const ours = [named, ...within].find(({ label }) => label === CACHE_LABEL) ?? within.find(isCache)
  if (ours !== undefined) return { ...use, device: ours.device, format: isNew(ours, look) }
  if (isWholeDisk(named)) return { kind: 'partition', disk: named }
  if (named.label !== undefined) return { ...use, isOurs: false }
  if (isCache(named)) return { ...use, format: isNew(named, look) }
  const content = look.content(path)
  if (content === undefined) return { ...use, format: true }
  return {
    kind: 'none',
    why: `${path} is not formatted, as there is data on it: ${content}`,
    hint: `To lose that, wipe it: wipefs --all ${path}; to use it, if it is a file system: b2c.filesystem=cache,src=${path} b2c.cache_device=cache`,
  }
}

/** What is made of other devices holds a file system rather than partitions. */
function isWholeDisk({ device, disk }: BlockDevice): boolean {
  return disk === undefined && !/^\/dev\/(dm-|md)/.test(device)
}

/** A cache whose label cannot be read may be a damaged one, which is to be repaired first. */
function isNew({ device, label }: BlockDevice, look: DiskLook): boolean {
  return label === undefined && look.isBlank(device)
}

function isCache({ label, partitionName }: BlockDevice): boolean {
  return label === CACHE_LABEL || partitionName === CACHE_LABEL
}
