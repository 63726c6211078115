import { createHash } from 'node:crypto'
import { chmod, copyFile, lstat, mkdir, readdir, readFile, readlink, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { AfloatError } from '@afloat/report'

type Entry = {
  /** From the root of the overlay, as in "etc/motd". */
  readonly path: string
  readonly kind: 'dir' | 'file' | 'link'
  readonly mode: number
}

/** Returns a hash over names, modes and contents of everything in the folders. Throws as `applyOverlay` does. */
export async function hashOverlays(overlays: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const overlay of overlays) {
    hash.update('overlay\0')
    for (const { path, kind, mode } of await listEntries(overlay)) {
      const file = join(overlay, path)
      const content = kind === 'file' ? await readFile(file) : kind === 'link' ? await readlink(file) : ''
      hash.update(`${path}\0${kind}\0${mode}\0${content.length}\0`).update(content)
    }
  }
  return hash.digest('hex')
}

/**
 * Copies an overlay over a tree: `usr/` to `usr`, `etc/` to `etc`, as given. A file or link takes the place of what
 * is there; folders that exist keep their mode. Everything belongs to who builds, which is root.
 * Throws `build/bad-overlay` when it has anything beside the two folders, or would write through a link.
 */
export async function applyOverlay(
  overlay: string,
  homes: { readonly usr: string; readonly etc: string },
): Promise<void> {
  for (const { path, kind, mode } of await listEntries(overlay)) {
    const from = join(overlay, path)
    const to = join(path.startsWith('etc') ? homes.etc : homes.usr, path.slice(3))
    const there = await lstat(to).catch(() => undefined)
    if (kind === 'dir') {
      if (there !== undefined && !there.isDirectory())
        throw bad(overlay, `"${path}" is a folder, but a file or link in the release`)
      if (there === undefined) {
        await mkdir(to)
        await chmod(to, mode)
      }
      continue
    }
    if (there !== undefined) await rm(to, { recursive: true })
    if (kind === 'link') await symlink(await readlink(from), to)
    else {
      await copyFile(from, to)
      await chmod(to, mode)
    }
  }
}

/** Everything in an overlay, sorted, a folder before what is in it. */
async function listEntries(overlay: string): Promise<Entry[]> {
  const entries: Entry[] = []
  const walk = async (at: string) => {
    for (const name of (await readdir(join(overlay, at))).sort()) {
      const path = at === '' ? name : `${at}/${name}`
      const info = await lstat(join(overlay, path))
      if (at === '' && !(info.isDirectory() && (name === 'usr' || name === 'etc')))
        throw bad(overlay, `expected the folders usr and etc alone, found "${name}"`)
      const kind = info.isDirectory() ? 'dir' : info.isSymbolicLink() ? 'link' : 'file'
      if (kind === 'file' && !info.isFile()) throw bad(overlay, `"${path}" is neither file, folder nor link`)
      entries.push({ path, kind, mode: info.mode & 0o7777 })
      if (kind === 'dir') await walk(path)
    }
  }
  try {
    await walk('')
  } catch (cause) {
    if (cause instanceof AfloatError) throw cause
    throw bad(overlay, (cause as Error).message, cause)
  }
  return entries
}

function bad(overlay: string, problem: string, cause?: unknown): AfloatError {
  return new AfloatError('build/bad-overlay', `Cannot use overlay "${overlay}": ${problem}`, {
    cause,
    hint: 'An overlay is a folder with usr/ and etc/ in it, laid out as on the machine',
  })
}
