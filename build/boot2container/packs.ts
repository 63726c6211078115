import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cached, keyOf, sources } from '../cache.ts'
import { addFiles } from '../file-tree.ts'
import { copyModules, copyPackedModules, writeModuleIndex } from '../module-tree.ts'
import type { UnpackedPackages } from '../os-packages.ts'
import { type B2cBase, builders } from './base.ts'
import { fillFirmware, unpackFirmware } from './firmware.ts'
import { fillKeymaps, unpackKeymaps } from './keymaps.ts'
import { packTree } from './pack-tree.ts'
import {
  type B2cInputs,
  filesOf,
  type ListedPack,
  librariesOfBase,
  listedPacks,
  listsOf,
  modulesOf,
  stubs,
} from './parts.ts'

/** Archives that go behind the base. */
export const packNames = [...listedPacks, 'modules', 'firmware', 'keymaps'] as const
export type PackName = (typeof packNames)[number]

/** What a pack is made of beside the packages of the base, and how its tree is filled from that. */
type Recipe = {
  readonly unpack?: () => Promise<UnpackedPackages>
  /** Whether the files in the tree are. */
  readonly isCompressed?: boolean
  fill(inputs: B2cInputs, tree: string, packages: UnpackedPackages): Promise<void>
}

const recipes: Readonly<Record<Exclude<PackName, ListedPack>, Recipe>> = {
  modules: { fill: fillModules, isCompressed: true },
  firmware: {
    unpack: unpackFirmware,
    fill: (inputs, tree, packages) => fillFirmware(inputs, packages, tree),
    isCompressed: true,
  },
  keymaps: {
    unpack: unpackKeymaps,
    fill: (inputs, tree, packages) => fillKeymaps(inputs.tools, packages, tree),
  },
}

/** Returns the path of a pack that fits a base, built when an input changed. */
export async function ensurePack(base: B2cBase, name: PackName): Promise<string> {
  const { inputs } = base
  const recipe = recipeOf(name)
  const packages = (await recipe.unpack?.()) ?? inputs.packages
  const code = await sources(...builders, ...['base', ...listedPacks].flatMap(listsOf))
  const key = keyOf([packages.key, inputs.packages.key, inputs.kernel.key, inputs.tools.key, code, name])
  const dir = await cached('b2c', key, async (partial) => {
    const tree = join(partial, 'tree')
    await mkdir(tree)
    await recipe.fill(inputs, tree, packages)
    const { isCompressed = false } = recipe
    await packTree(inputs.tools, tree, [], packages.epoch, join(partial, name), { isCompressed })
    await rm(tree, { recursive: true })
  })
  return join(dir, name)
}

function recipeOf(name: PackName): Recipe {
  const listed = listedPacks.find((pack) => pack === name)
  if (listed === undefined) return recipes[name as Exclude<PackName, ListedPack>]
  return { fill: (inputs, tree) => fillListed(inputs, listed, tree) }
}

async function fillListed(inputs: B2cInputs, name: ListedPack, tree: string): Promise<void> {
  const { tools, packages, architecture, modules } = inputs
  const without = new Set([...stubs, ...(await librariesOfBase(inputs))])
  await addFiles(tools, packages.root, await filesOf(name), tree, { architecture, without })
  const known = new Set(await modulesOf(inputs, 'base'))
  const files = (await modulesOf(inputs, name)).filter((file) => !known.has(file))
  await copyModules(tools, modules, files, tree)
}

/** All drivers that no other part has, and the index of all. */
async function fillModules(inputs: B2cInputs, tree: string): Promise<void> {
  const { modules } = inputs
  const known = new Set<string>()
  for (const part of ['base', ...listedPacks])
    for (const file of await modulesOf(inputs, part)) known.add(file)
  const all = [...modules.needs.keys()].sort()
  const others = all.filter((file) => !known.has(file))
  await copyPackedModules(modules, others, tree)
  await writeModuleIndex(modules, all, tree, new Set(others))
}
