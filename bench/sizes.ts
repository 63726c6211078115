import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuiltImage } from '@afloat/build/image'

const MB = 1_000_000

/** Upper bounds in bytes. A download on a slow line and the memory of a small machine are what they protect. */
export const sizeBudgets: Readonly<Record<string, number>> = {
  'initramfs.zst': 10 * MB,
  'afloat.efi': 22 * MB,
  'usr.erofs': 180 * MB,
}

export type SizeRow = { readonly name: string; readonly bytes: number; readonly budgetBytes: number }

/** Returns the artefacts of an image that have a budget, with it. */
export function sizesOf(image: BuiltImage): SizeRow[] {
  return image.manifest.artefacts.flatMap(({ name, bytes }) => {
    const budgetBytes = sizeBudgets[name]
    return budgetBytes === undefined ? [] : [{ name, bytes, budgetBytes }]
  })
}

/** Returns the largest files of /usr as lines "bytes path". */
export async function largestFiles(image: BuiltImage, count: number): Promise<string[]> {
  return (await readFile(join(image.dir, 'largest.txt'), 'utf8')).trim().split('\n').slice(0, count)
}

/** Writes a size row for a person. */
export function formatSize({ name, bytes, budgetBytes }: SizeRow): string {
  const share = Math.round((bytes / budgetBytes) * 100)
  return `${name.padEnd(16)} ${(bytes / MB).toFixed(1).padStart(7)} MB   ${share} % of ${budgetBytes / MB} MB`
}
