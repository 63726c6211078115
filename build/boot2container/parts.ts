import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Architecture, architectures } from '../architecture.ts'
import { readList } from '../cache.ts'
import { type Modules, moduleFiles, readModules } from '../module-tree.ts'
import { neededLibraries } from '../needed-libraries.ts'
import { type UnpackedPackages, unpackNamed, unpackPackages } from '../os-packages.ts'
import { repoDir } from '../paths.ts'
import type { ToolsTree } from '../tools-tree.ts'

/** `vm`: Debian's cloud kernel, small. `metal`: the one with all drivers. */
export type B2cKernel = 'vm' | 'metal'

/** What base and packs for an architecture and a kernel are taken from. */
export type B2cInputs = {
  readonly tools: ToolsTree
  readonly architecture: Architecture
  readonly packages: UnpackedPackages
  readonly kernel: UnpackedPackages
  readonly modules: Modules
}

/** Packs that are lists of files and drivers in `image/boot2container/packs`. */
export const listedPacks = ['https', 's3', 'nfs', 'bridge'] as const
export type ListedPack = (typeof listedPacks)[number]

export const home = 'image/boot2container'

/** Libraries in whose place the base has stubs. */
export const stubs: ReadonlySet<string> = new Set([
  'libgpgme.so.11',
  'libpcre2-8.so.0',
  'libsubid.so.5',
  'libsystemd.so.0',
])

export async function unpackInputs(
  tools: ToolsTree,
  architecture: Architecture,
  kernel: B2cKernel,
): Promise<B2cInputs> {
  const { debian } = architectures[architecture]
  const packages = await unpackPackages(`${home}/packages`, architecture)
  const image = kernel === 'vm' ? `linux-image-cloud-${debian}` : `linux-image-${debian}`
  const kernelPackages = await unpackNamed([image], architecture)
  const modules = await readModules(kernelPackages.root)
  return { tools, architecture, packages, kernel: kernelPackages, modules }
}

/** Paths of lists, of those that a part has. */
export function listsOf(part: string): string[] {
  const paths = ['files', 'modules'].map((kind) => `${home}/packs/${part}.${kind}`)
  return paths.filter((path) => existsSync(join(repoDir, path)))
}

/** Files of the packages that a part has. */
export async function filesOf(part: string): Promise<string[]> {
  return await readPart(part, 'files')
}

/** Drivers of a part, with what they need, sorted. */
export async function modulesOf(inputs: B2cInputs, part: string): Promise<string[]> {
  return moduleFiles(inputs.modules, await readPart(part, 'modules'), `${home}/packs/${part}.modules`)
}

/** Libraries of the base, which packs need not bring. */
export async function librariesOfBase({ tools, packages, architecture }: B2cInputs): Promise<Set<string>> {
  const options = { architecture, without: stubs }
  return new Set(await neededLibraries(tools, packages.root, await filesOf('base'), options))
}

async function readPart(part: string, kind: string): Promise<string[]> {
  const path = join(repoDir, home, 'packs', `${part}.${kind}`)
  return existsSync(path) ? await readList(path) : []
}
