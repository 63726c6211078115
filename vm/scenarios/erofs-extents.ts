import type { Lab } from './lab.ts'

/** A part of a file as it lies, compressed, in the file system; bytes from its start. */
export type Extent = { readonly start: number; readonly length: number }

/** Returns where a file of the image's /usr lies; its path is given without "/usr". */
export async function listExtents(lab: Lab, path: string): Promise<Extent[]> {
  const dump = await lab.tools.run(['dump.erofs', '-e', `--path=${path}`, lab.erofs])
  const extents = [...dump.matchAll(/^ *\d+: .*: *(\d+)\.\. *(\d+) \| +(\d+) *$/gm)].map(
    ([, start, , length]) => ({
      start: Number(start),
      length: Number(length),
    }),
  )
  if (extents.length > 0) return extents
  throw new Error(`Cannot find the extents of "${path}" in what dump.erofs printed:\n${dump}`)
}
