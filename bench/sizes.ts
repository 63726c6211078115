import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { B2cKernel } from '@afloat/build/boot2container/parts'
import type { B2cManifest } from '@afloat/build/boot2container/release'
import type { BuiltImage } from '@afloat/build/image'
import { bundleCompiler } from '@afloat/build/playground'

const MB = 1_000_000
const KB = 1000

/** Upper bounds in bytes. A download on a slow line and the memory of a small machine are what they protect. */
export const sizeBudgets: Readonly<Record<string, number>> = {
  'initramfs.zst': 10 * MB,
  'afloat.efi': 22 * MB,
  'usr.erofs': 180 * MB,
}

/** Of the compiler in a browser, compressed as a server sends it: a page that opens at once on a phone. */
const COMPILER_BUDGET = 150 * KB

/** Of what boots straight into containers in a virtual machine. Packs have none: who adds one wants it. */
export const b2cBudgets: Readonly<Record<string, number>> = {
  kernel: 12 * MB,
  initramfs: 19 * MB,
}

export type SizeRow = { readonly name: string; readonly bytes: number; readonly budgetBytes?: number }

/** Returns the artefacts of an image that have a budget, with it. */
export function sizesOf(image: BuiltImage): Required<SizeRow>[] {
  return image.manifest.artefacts.flatMap(({ name, bytes }) => {
    const budgetBytes = sizeBudgets[name]
    return budgetBytes === undefined ? [] : [{ name, bytes, budgetBytes }]
  })
}

/** Returns the size of the whole compiler, with lint and explain, as a browser gets it. */
export async function sizeOfCompiler(): Promise<Required<SizeRow>> {
  const program = await bundleCompiler()
  return {
    name: 'compiler.js.gz',
    bytes: gzipSync(program, { level: 9 }).length,
    budgetBytes: COMPILER_BUDGET,
  }
}

/** Returns the files of a build of boot2container. The kernel of other processors is not compressed, and has no budget. */
export function b2cSizes(manifest: B2cManifest, kind: B2cKernel): SizeRow[] {
  const { architecture, kernel, initramfs, packs, joined } = manifest
  const hasBudget = kind === 'vm' && architecture === 'x86_64'
  const files = [kernel, initramfs, ...packs, ...(joined === undefined ? [] : [joined])]
  return files.map(({ file, bytes }) => {
    const budgetBytes = hasBudget ? b2cBudgets[file] : undefined
    return { name: file, bytes, ...(budgetBytes === undefined ? {} : { budgetBytes }) }
  })
}

/** Returns the largest files of /usr as lines "bytes path". */
export async function largestFiles(image: BuiltImage, count: number): Promise<string[]> {
  return (await readFile(join(image.dir, 'largest.txt'), 'utf8')).trim().split('\n').slice(0, count)
}

/** Writes a size row for a person. */
export function formatSize({ name, bytes, budgetBytes }: SizeRow): string {
  const [unit, one] = budgetBytes !== undefined && budgetBytes < MB ? ['kB', KB] : ['MB', MB]
  const size = `${name.padEnd(16)} ${(bytes / one).toFixed(1).padStart(7)} ${unit}`
  if (budgetBytes === undefined) return size
  return `${size}   ${Math.round((bytes / budgetBytes) * 100)} % of ${budgetBytes / one} ${unit}`
}
