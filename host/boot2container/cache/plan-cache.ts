import { CACHE_LABEL, type CacheDevice } from '@afloat/boot2container'
import type { BlockDevice } from './block-devices.ts'

/** What is to be done to have a cache. */
export type CachePlan =
  | { readonly kind: 'use'; readonly device: string; readonly format: boolean }
  | { readonly kind: 'partition'; readonly disk: BlockDevice }
  | { readonly kind: 'none'; readonly why: string; readonly hint: string }

/**
 * Chooses the cache among the devices that are there. `auto` and `reset` take what is labelled as a cache, else a disk
 * that `isEmpty`; they never touch another. A device that is named is the user's word: made into a cache if it is none.
 */
export function planCache(
  request: CacheDevice,
  devices: readonly BlockDevice[],
  isEmpty: (disk: BlockDevice) => boolean,
): CachePlan {
  if (request.kind === 'device') return planNamed(request.path, devices)
  const ours = devices.find(isCache)
  if (ours !== undefined) {
    const format = request.kind === 'reset' || ours.label !== CACHE_LABEL
    return { kind: 'use', device: ours.device, format }
  }
  const empty = devices.find(isEmpty)
  if (empty !== undefined) return { kind: 'partition', disk: empty }
  const disks = devices.filter(({ disk }) => disk === undefined).map(({ device }) => device)
  return {
    kind: 'none',
    why:
      disks.length === 0
        ? 'there is no disk'
        : `no partition is labelled ${CACHE_LABEL}, and there is data on ${disks.join(', ')}`,
    hint: `Attach an empty disk, label a partition ${CACHE_LABEL}, or name the device: b2c.cache_device=/dev/… formats it`,
  }
}

function planNamed(path: string, devices: readonly BlockDevice[]): CachePlan {
  const named = devices.find(({ device }) => device === path)
  if (named === undefined) {
    return {
      kind: 'none',
      why: `${path} is not there`,
      hint: `Found ${devices.map(({ device }) => device).join(', ') || 'no disk'}; correct b2c.cache_device`,
    }
  }
  const ours = [named, ...devices.filter(({ disk }) => disk === path)].find(isCache)
  if (ours !== undefined) {
    return { kind: 'use', device: ours.device, format: ours.label !== CACHE_LABEL }
  }
  if (named.disk !== undefined) return { kind: 'use', device: path, format: true }
  return { kind: 'partition', disk: named }
}

function isCache({ label, partitionName }: BlockDevice): boolean {
  return label === CACHE_LABEL || partitionName === CACHE_LABEL
}
