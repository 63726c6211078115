import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Architecture, architectures } from '../architecture.ts'
import { libraryPath } from '../needed-libraries.ts'
import { repoDir } from '../paths.ts'
import type { ToolsTree } from '../tools-tree.ts'
import { ensureTree, treeKey } from '../tools-tree.ts'

const packageList = 'image/boot2container/compiler.packages'

/** Debian's compilers for all architectures, in a tree of their own: little is compiled, and seldom. */
export async function ensureCompiler(): Promise<ToolsTree> {
  return await ensureTree('compiler', packageList, {
    keep: 2,
    onBuild: () => {},
  })
}

/** Stands for these compilers in the key of what they compile. */
export async function compilerKey(): Promise<string> {
  return await treeKey(packageList)
}

/** Compiles a library that stands in for one of Debian; `name` is that of `image/boot2container/stubs/NAME.c`. */
export async function compileStub(
  compiler: ToolsTree,
  architecture: Architecture,
  name: string,
  output: string,
): Promise<void> {
  const source = join(repoDir, 'image/boot2container/stubs', name)
  await compile(compiler, architecture, [
    ...['-shared', '-nostdlib', '-fPIC', `-Wl,-soname,${name}`, `-Wl,--version-script=${source}.map`],
    ...['-o', output, `${source}.c`],
  ])
}

/** Compiles a program of one file that needs neither headers nor a C library. */
export async function compileFreestanding(
  compiler: ToolsTree,
  architecture: Architecture,
  source: string,
  output: string,
): Promise<void> {
  const flags = ['-static', '-nostdlib', '-ffreestanding', '-fno-stack-protector', '-fno-builtin']
  const input = await readFile(join(repoDir, source))
  await compile(compiler, architecture, [...flags, '-o', output, '-xc', '-'], input)
}

/** Compiles a program of one file that needs no headers, for the C library of unpacked packages and one of their archives. */
export async function compileWithLibrary(
  compiler: ToolsTree,
  architecture: Architecture,
  { source, root, library }: { source: string; root: string; library: string },
  output: string,
): Promise<void> {
  const libraries = [library, 'libc.so.6'].map((name) => libraryPath(root, name, architecture))
  // What the C library leaves to the loader differs between processors.
  const flags = ['-nostdlib', '-fno-builtin', '-Wl,--gc-sections', '-Wl,--copy-dt-needed-entries']
  await compile(compiler, architecture, [...flags, '-o', output, join(repoDir, source), ...libraries])
}

async function compile(
  compiler: ToolsTree,
  architecture: Architecture,
  args: readonly string[],
  input: Uint8Array = new Uint8Array(),
): Promise<void> {
  const gcc = `${architectures[architecture].triple}-gcc`
  await compiler.run([gcc, '-Os', '-s', '-Wall', '-Werror', '-Wl,--build-id=none', ...args], { input })
}
