import type { FileStat, Sys } from '../../sys/sys.ts'
import type { Layer } from './made-bundle.ts'
import type { Template } from './template.ts'

/** What is in the folder of a bundle, beside "layer". It holds what the name of the folder, a short hash, stands for. */
export type Kept = { readonly key: string; readonly template: Template }

const keptLimit = 32

/** After a power cut all of it is there, or nothing. */
export function storeKept(sys: Sys, folder: string, kept: Kept, layer: Layer): void {
  const partial = `${folder}.new`
  sys.remove(partial, { recursive: true })
  sys.makeDirs(partial)
  makeLayer(sys, `${partial}/layer`, layer)
  sys.writeFile(`${partial}/bundle.json`, JSON.stringify(kept))
  sys.sync()
  sys.remove(folder, { recursive: true })
  sys.rename(partial, folder)
}

/** Makes a folder as it was. */
export function makeLayer(sys: Sys, path: string, { stat, folders, links }: Layer): void {
  makeFolder(sys, path, stat)
  for (const [name, folder] of Object.entries(folders)) makeLayer(sys, `${path}/${name}`, folder)
  for (const [name, target] of Object.entries(links)) sys.symlink(target, `${path}/${name}`)
}

/** Makes an empty folder with the mode and the owner of another. */
export function makeFolder(sys: Sys, path: string, { mode, uid, gid }: FileStat): void {
  sys.makeDirs(path, { mode })
  if (uid !== 0 || gid !== 0) sys.chown(path, uid, gid)
}

export function readKept(sys: Sys, folder: string): Kept | undefined {
  try {
    return JSON.parse(sys.readText(`${folder}/bundle.json`) ?? 'null') ?? undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Bundles of images that are gone, and of what a machine was before, are never asked for again: now and then all go. */
export function makeRoom(sys: Sys, dir: string): void {
  if ((sys.list(dir) ?? []).length >= keptLimit) sys.remove(dir, { recursive: true })
  sys.makeDirs(dir, { mode: 0o700 })
}

/** Source: FNV-1a, 32 bits */
export function shortHash(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
