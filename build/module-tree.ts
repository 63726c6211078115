import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AfloatError } from '@afloat/report'
import { kernelOf } from './os-packages.ts'
import type { ToolsTree } from './tools-tree.ts'

/** The drivers of a kernel among unpacked packages. */
export type Modules = {
  /** `usr/lib/modules/RELEASE` below the packages. */
  readonly home: string
  readonly release: string
  /** Files by module name, with "_" for "-"; as in `modules.dep`. */
  readonly byName: ReadonlyMap<string, string>
  /** What a file needs, all levels of it. */
  readonly needs: ReadonlyMap<string, readonly string[]>
  readonly builtin: ReadonlySet<string>
}

export async function readModules(root: string): Promise<Modules> {
  const release = await kernelOf(root)
  const home = join(root, 'usr/lib/modules', release)
  const byName = new Map<string, string>()
  const needs = new Map<string, string[]>()
  for (const line of (await readFile(join(home, 'modules.dep'), 'utf8')).split('\n')) {
    const [file, others = ''] = line.split(':')
    if (file === undefined || file === '') continue
    byName.set(moduleName(file), file)
    needs.set(
      file,
      others.split(' ').filter((name) => name !== ''),
    )
  }
  const builtin = (await readFile(join(home, 'modules.builtin'), 'utf8')).split('\n').map(moduleName)
  return { home, release, byName, needs, builtin: new Set(builtin) }
}

/**
 * Returns the files of drivers and of those they depend on, sorted. A name that ends in "?" is of a driver that not every
 * kernel has. Throws `build/no-such-module`, naming the list.
 */
export function moduleFiles(modules: Modules, names: readonly string[], list: string): string[] {
  const wanted = new Set<string>()
  for (const word of names) {
    const name = word.replace(/\?$/, '').replaceAll('-', '_')
    const file = modules.byName.get(name)
    if (file !== undefined) for (const one of [file, ...modules.needs.get(file)!]) wanted.add(one)
    else if (!word.endsWith('?') && !modules.builtin.has(name)) throw noSuchModule(modules, word, list)
  }
  return [...wanted].sort()
}

/**
 * Copies drivers into a tree, unpacked: the whole archive is compressed once, which is smaller than a compressed archive
 * of compressed files.
 */
export async function copyModules(
  tools: ToolsTree,
  modules: Modules,
  files: readonly string[],
  tree: string,
): Promise<void> {
  const copied = await copyPackedModules(modules, files, tree)
  const packed = copied.filter((path) => path.endsWith('.xz'))
  if (packed.length > 0)
    await tools.run(['xargs', 'xz', '--decompress', '--force'], { input: packed.join('\n') })
}

/**
 * Copies drivers into a tree as they are in the package, compressed; returns where they are now. Many of which few are
 * loaded take a fifth of the memory so.
 */
export async function copyPackedModules(
  modules: Modules,
  files: readonly string[],
  tree: string,
): Promise<string[]> {
  const copied: string[] = []
  for (const file of files) {
    const to = join(tree, 'usr/lib/modules', modules.release, file)
    await mkdir(dirname(to), { recursive: true })
    await cp(join(modules.home, file), to)
    copied.push(to)
  }
  return copied
}

/**
 * Writes the index that modprobe of busybox goes by, which reads the text forms, for these files only: what it need not
 * read makes it faster. Those that are `packed` are in the tree as copyPackedModules() leaves them.
 */
export async function writeModuleIndex(
  modules: Modules,
  files: readonly string[],
  tree: string,
  packed: ReadonlySet<string> = new Set(),
): Promise<void> {
  const target = join(tree, 'usr/lib/modules', modules.release)
  await mkdir(target, { recursive: true })
  const names = new Set(files.map(moduleName))
  const pathOf = (file: string): string => (packed.has(file) ? file : file.replace(/\.xz$/, ''))
  const dependencies = files.map((file) => {
    const needs = modules.needs.get(file)!.map((other) => ` ${pathOf(other)}`)
    return `${pathOf(file)}:${needs.join('')}\n`
  })
  await writeFile(join(target, 'modules.dep'), dependencies.join(''))
  for (const [index, nameOf] of indexes) {
    const lines = (await readFile(join(modules.home, index), 'utf8')).split('\n')
    const kept = lines.filter((line) => names.has(nameOf(line)?.replaceAll('-', '_') ?? ''))
    await writeFile(join(target, index), kept.map((line) => `${line}\n`).join(''))
  }
}

/** Indexes of lines, each of which is about one module. */
const indexes: readonly (readonly [string, (line: string) => string | undefined])[] = [
  ['modules.alias', (line) => /^alias \S+ (\S+)$/.exec(line)?.[1]],
  ['modules.softdep', (line) => /^softdep (\S+) /.exec(line)?.[1]],
]

function moduleName(file: string): string {
  return basename(file)
    .replace(/\.ko(\.xz)?$/, '')
    .replaceAll('-', '_')
}

function noSuchModule({ release }: Modules, name: string, list: string): AfloatError {
  return new AfloatError(
    'build/no-such-module',
    `Cannot add driver "${name}" to the initramfs: kernel ${release} has none`,
    { hint: `Correct ${list}` },
  )
}
