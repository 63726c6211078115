import { chmod, cp, lstat, mkdir, readdir, readFile, readlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { CpioEntry } from '@afloat/archive'
import { libraryPath, neededLibraries } from './needed-libraries.ts'
import type { ToolsTree } from './tools-tree.ts'

/** All programs of an initramfs are in one folder, and all libraries. */
export const mergedFolders: readonly CpioEntry[] = [
  { kind: 'link', path: 'bin', target: 'usr/bin' },
  { kind: 'link', path: 'sbin', target: 'usr/bin' },
  { kind: 'link', path: 'lib', target: 'usr/lib' },
  { kind: 'link', path: 'lib64', target: 'usr/lib' },
]

/** Copies programs of unpacked packages into `usr/bin` of a tree, and the libraries they need into `usr/lib`. */
export async function addPrograms(
  tools: ToolsTree,
  root: string,
  programs: readonly string[],
  tree: string,
): Promise<void> {
  for (const program of programs)
    await copyProgram(join(root, program), join(tree, 'usr/bin', basename(program)), root)
  for (const name of await neededLibraries(tools, root, programs)) {
    await copyProgram(libraryPath(root, name), join(tree, 'usr/lib', name), root)
  }
}

/** Copies the file behind a path below `root`, following links, and makes it executable. */
export async function copyProgram(path: string, target: string, root: string): Promise<void> {
  let file = path
  for (let info = await lstat(file); info.isSymbolicLink(); info = await lstat(file)) {
    const to = await readlink(file)
    file = to.startsWith('/') ? join(root, to) : join(dirname(file), to)
  }
  await mkdir(dirname(target), { recursive: true })
  await cp(file, target)
  await chmod(target, 0o755)
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
