import { listMounts } from '../../sys/mounts.ts'
import { dirname } from '../../sys/path.ts'
import type { FileKind, Sys } from '../../sys/sys.ts'
import { provisionErrors as errors } from '../errors.ts'
import { applyOwner } from './owner.ts'

/** Makes the folders above `path` that are missing: 0755, of root, or of the person in whose home they are. */
export function makeParents(sys: Sys, path: string): void {
  for (const made of sys.makeDirs(dirname(path), { mode: 0o755 })) applyOwner(sys, made, {}, { isNew: true })
}

/** Folders without which no machine runs. */
const needed = new Set(['/', '/etc', '/home', '/root', '/usr', '/var', '/var/lib', '/var/lib/afloat'])

/** Removes what is at `path`, a whole tree as well. Throws `provision/never-removed` for what the system needs. */
export function clear(sys: Sys, path: string): void {
  const kind = sys.lstat(path)?.kind
  if (kind === undefined) return
  if (kind === 'directory' && (needed.has(path) || holdsMount(sys, path))) throw errors.neverRemoved(path)
  sys.remove(path, { recursive: true })
}

/** What to call a kind of file in messages. */
export function nameOf(kind: FileKind): string {
  const names: Partial<Record<FileKind, string>> = { directory: 'folder', symlink: 'link' }
  return names[kind] ?? kind
}

function holdsMount(sys: Sys, path: string): boolean {
  return listMounts(sys).some(({ target }) => target === path || target.startsWith(`${path}/`))
}
