import { cp, lstat, mkdir, readdir, readFile, readlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { CpioEntry } from '@afloat/archive'
import type { Architecture } from './architecture.ts'
import { libraryPath, neededLibraries } from './needed-libraries.ts'
import type { ToolsTree } from './tools-tree.ts'

/** All programs of an initramfs are in one folder, and all libraries. */
export const mergedFolders: readonly CpioEntry[] = [
  { kind: 'link', path: 'bin', target: 'usr/bin' },
  { kind: 'link', path: 'sbin', target: 'usr/bin' },
  { kind: 'link', path: 'lib', target: 'usr/lib' },
  { kind: 'link', path: 'lib64', target: 'usr/lib' },
]

/**
 * Copies files of unpacked packages to their place in a tree, programs to `usr/bin`, and the libraries they need to
 * `usr/lib`, except for those in `without`.
 */
export async function addFiles(
  tools: ToolsTree,
  root: string,
  paths: readonly string[],
  tree: string,
  options: { architecture?: Architecture; without?: ReadonlySet<string> } = {},
): Promise<void> {
  for (const path of paths) {
    const target = /^usr\/s?bin\//.test(path) ? join('usr/bin', basename(path)) : path
    await copyFollowing(join(root, path), join(tree, target), root)
  }
  for (const name of await neededLibraries(tools, root, paths, options)) {
    if (options.without?.has(name) === true) continue
    await copyFollowing(libraryPath(root, name, options.architecture), join(tree, 'usr/lib', name), root)
  }
}

/** Copies the file behind a path below `root`, following links. */
export async function copyFollowing(path: string, target: string, root: string): Promise<void> {
  let file = path
  for (let info = await lstat(file); info.isSymbolicLink(); info = await lstat(file)) {
    const to = await readlink(file)
    file = to.startsWith('/') ? join(root, to) : join(dirname(file), to)
  }
  await mkdir(dirname(target), { recursive: true })
  await cp(file, target)
}

/** Lists a tree for the archive: parents first, names in byte order. */
export async function membersOf(tree: string, below = ''): Promise<CpioEntry[]> {
  const entries: CpioEntry[] = []
  for (const name of (await readdir(join(tree, below))).sort()) {
    const path = join(below, name)
    const info = await lstat(join(tree, path))
    if (info.isDirectory())
      entries.push({ kind: 'directory', path, mode: 0o755 }, ...(await membersOf(tree, path)))
    else if (info.isSymbolicLink())
      entries.push({ kind: 'link', path, target: await readlink(join(tree, path)) })
    else
      entries.push({
        kind: 'file',
        path,
        mode: info.mode & 0o111 ? 0o755 : 0o644,
        data: await readFile(join(tree, path)),
      })
  }
  return entries
}
