import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cached, keyOf, sources } from '../cache.ts'
import { addFiles } from '../file-tree.ts'
import { copyModules, copyPackedModules, writeModuleIndex } from '../module-tree.ts'
import { type B2cBase, builders } from './base.ts'
import { packTree } from './pack-tree.ts'
import { type B2cInputs, filesOf, librariesOfBase, listedPacks, listsOf, modulesOf, stubs } from './parts.ts'

/** Archives that go behind the base. */
export const packNames = [...listedPacks, 'modules'] as const
export type PackName = (typeof packNames)[number]

/** Returns the path of a pack that fits a base, built when an input changed. */
export async function ensurePack(base: B2cBase, name: PackName): Promise<string> {
  const { inputs } = base
  const code = await sources(...builders, ...['base', ...listedPacks].flatMap(listsOf))
  const key = keyOf([inputs.packages.key, inputs.kernel.key, inputs.tools.key, code, name])
  const dir = await cached('b2c', key, async (partial) => {
    const tree = join(partial, 'tree')
    await mkdir(tree)
    await (name === 'modules' ? fillModules(inputs, tree) : fillListed(inputs, name, tree))
    const isCompressed = name === 'modules'
    await packTree(inputs.tools, tree, [], inputs.packages.epoch, join(partial, name), { isCompressed })
    await rm(tree, { recursive: true })
  })
  return join(dir, name)
}

async function fillListed(inputs: B2cInputs, name: string, tree: string): Promise<void> {
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
