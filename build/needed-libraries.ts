import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { AfloatError } from '@afloat/report'
import { type Architecture, architectures } from './architecture.ts'
import { isDynamic } from './is-dynamic.ts'
import type { ToolsTree } from './tools-tree.ts'

/**
 * Returns the names of the libraries in `/usr/lib/x86_64-linux-gnu` of a tree that programs need,
 * directly or through others, sorted; with the loader itself, since libc needs it. Of those in `without` no further ones
 * are looked for. `programs` are paths below `root`. Throws `build/file-missing` for a program or library that is not
 * there.
 */
export async function neededLibraries(
  tools: ToolsTree,
  root: string,
  programs: readonly string[],
  options: { architecture?: Architecture; without?: ReadonlySet<string> } = {},
): Promise<string[]> {
  const { architecture, without } = options
  const found = new Set<string>()
  const pending = [...programs]
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const file = join(root, path)
    if (!existsSync(file)) throw fileMissing(path)
    if (!(await isDynamic(file))) continue
    const needed = await tools.run(['patchelf', '--print-needed', file])
    for (const name of needed.split('\n')) {
      if (name === '' || found.has(name)) continue
      found.add(name)
      if (without?.has(name) !== true) pending.push(libraryPath('', name, architecture))
    }
  }
  return [...found].sort()
}

/** Returns the place of a library in the tree. */
export function libraryPath(root: string, name: string, architecture: Architecture = 'x86_64'): string {
  return join(root, 'usr/lib', architectures[architecture].triple, name)
}

export function fileMissing(path: string): AfloatError {
  return new AfloatError('build/file-missing', `Cannot copy "${path}": the packages have no such file`, {
    hint: `Look for "${basename(path)}" in image/os.packages and image/os.remove, or in the packages of the example`,
  })
}
