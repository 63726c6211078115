import { bytesOf, type ImageStore, type StoredImage } from './image-store.ts'
import type { ImageUses } from './image-uses.ts'

/**
 * Chooses the images to remove so that the others take no more than `limitBytes`: those used longest ago first, and
 * before them those that were never used. Never one of `kept`.
 */
export function planEviction(
  store: ImageStore,
  uses: ImageUses,
  limitBytes: number,
  kept: readonly string[],
): StoredImage[] {
  const usedAt = ({ id }: StoredImage) => uses.images[id]?.used ?? 0
  const candidates = store.images
    .filter(({ id }) => !kept.includes(id))
    .toSorted((a, b) => usedAt(a) - usedAt(b) || (a.id < b.id ? -1 : 1))
  const evicted: StoredImage[] = []
  let left = [...store.images]
  for (const image of candidates) {
    if (bytesOf(store, left) <= limitBytes) break
    evicted.push(image)
    left = left.filter((other) => other !== image)
  }
  return evicted
}
