import { replaceFile } from '../../sys/replace-file.ts'
import type { Sys } from '../../sys/sys.ts'

/** What is remembered of the images in a cache. */
export type ImageUses = {
  /** Counts uses, for clocks of such machines are often wrong. */
  readonly count: number
  readonly images: Readonly<Record<string, ImageUse>>
}

export type ImageUse = {
  readonly used: number
  /** What the image's signature was checked against; absent: it was not. */
  readonly policy?: string
}

const fileName = 'image-uses.json'

/** Reads what is remembered in a cache; nothing when it cannot be read. */
export function readImageUses(sys: Sys, dir: string): ImageUses {
  try {
    const { count, images } = JSON.parse(sys.readText(`${dir}/${fileName}`) ?? '{}') as Partial<ImageUses>
    if (typeof count === 'number' && typeof images === 'object' && images !== null) return { count, images }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return { count: 0, images: {} }
}

/** Remembers that an image is on the medium whole and was started. Returns when that is durable. */
export function rememberUse(sys: Sys, dir: string, id: string, policy: string | undefined): void {
  const { count, images } = readImageUses(sys, dir)
  const use: ImageUse = { used: count + 1, ...(policy === undefined ? {} : { policy }) }
  write(sys, dir, { count: count + 1, images: { ...images, [id]: use } })
}

/** Forgets images that are no longer there. */
export function forgetUses(sys: Sys, dir: string, ids: readonly string[]): void {
  const { count, images } = readImageUses(sys, dir)
  const kept = Object.entries(images).filter(([id]) => !ids.includes(id))
  write(sys, dir, { count, images: Object.fromEntries(kept) })
}

function write(sys: Sys, dir: string, uses: ImageUses): void {
  replaceFile(sys, `${dir}/${fileName}`, `${JSON.stringify(uses)}\n`)
}
