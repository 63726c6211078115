import { dirname } from '../../sys/path.ts'
import type { Sys } from '../../sys/sys.ts'

/** A file that can be mirrored. */
export type LocalFile = {
  readonly sizeBytes: number
  /** See `Files.version`. */
  readonly version: string
}

/** What mcli writes to while it fetches. */
const partial = /\.part\.minio$/
const linkLimit = 8

/**
 * Returns the files below a folder by their names, "a/b". A link counts as the file it leads to, but only where that is
 * below the folder as well: what a container links to must not make files of the machine public. Devices, sockets,
 * empty folders and links to folders are left out.
 */
export function scanFolder(sys: Sys, root: string): Map<string, LocalFile> {
  const files = new Map<string, LocalFile>()
  const walk = (folder: string, prefix: string): void => {
    for (const entry of sys.list(folder) ?? []) {
      const path = `${folder}/${entry}`
      const kind = sys.lstat(path)?.kind
      if (kind === 'directory') walk(path, `${prefix}${entry}/`)
      const file = kind === 'file' ? path : kind === 'symlink' ? followInside(sys, root, path) : undefined
      if (file === undefined || partial.test(entry)) continue
      const sizeBytes = sys.lstat(file)?.size
      const version = sys.version(file)
      // Gone meanwhile, or its name is no UTF-8.
      if (sizeBytes === undefined || version === undefined) continue
      files.set(prefix + entry, { sizeBytes, version })
    }
  }
  walk(root, '')
  return files
}

/** Whether each folder on the way from `root` to `name` is one, and no link, so that writing to `name` stays inside. */
export function leadsInside(sys: Sys, root: string, name: string): boolean {
  const folders = name.split('/').slice(0, -1)
  let path = root
  return folders.every((folder) => {
    path += `/${folder}`
    const kind = sys.lstat(path)?.kind
    return kind === 'directory' || kind === undefined
  })
}

function followInside(sys: Sys, root: string, link: string): string | undefined {
  let at = link
  for (let hops = 0; hops < linkLimit; hops++) {
    const target = sys.readLink(at)
    if (target === undefined) break
    if (target.startsWith('/')) return undefined
    const resolved = normalize(`${dirname(at)}/${target}`)
    if (!resolved.startsWith(`${root}/`)) return undefined
    if (!leadsInside(sys, root, resolved.slice(root.length + 1))) return undefined
    at = resolved
  }
  return sys.lstat(at)?.kind === 'file' ? at : undefined
}

function normalize(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}
