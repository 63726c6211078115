import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CpioEntry, formatCpio } from '@afloat/archive'
import type { Architecture } from '../architecture.ts'
import { bundleHostProgram } from '../bundle.ts'
import { cached, keyOf, prune, sources } from '../cache.ts'
import { concatFiles } from '../concat-files.ts'
import { addFiles, mergedFolders } from '../file-tree.ts'
import { copyModules, writeModuleIndex } from '../module-tree.ts'
import { kernelFile } from '../os-packages.ts'
import { repoDir } from '../paths.ts'
import type { ToolsTree } from '../tools-tree.ts'
import { listApplets } from './applets.ts'
import {
  compileFreestanding,
  compilerKey,
  compileStub,
  compileWithLibrary,
  ensureCompiler,
} from './compile.ts'
import { packSmallest, packTree } from './pack-tree.ts'
import {
  type B2cInputs,
  type B2cKernel,
  filesOf,
  listedPacks,
  listsOf,
  modulesOf,
  stubs,
  unpackInputs,
} from './parts.ts'

/** What a machine needs to boot straight into containers. */
export type B2cBase = {
  readonly key: string
  readonly kernel: string
  readonly initramfs: string
  /** What packs for it are made from. */
  readonly inputs: B2cInputs
}

/** Programs for QuickJS: the place in the initramfs, and what is bundled. */
const programs: Readonly<Record<string, string>> = {
  'init.js': 'host/boot2container/main.ts',
  'volume-watch.js': 'host/boot2container/volumes/watch-main.ts',
}
const initScript = 'host/boot2container/init.sh'
/** Stands for podman until that is called, and what then unpacks it. */
const podmanScript = 'host/boot2container/podman/podman.sh'
const unpack = 'host/boot2container/podman/unpack.c'
/** Makes and opens encrypted folders, which takes calls that QuickJS cannot make. */
const fscrypt = 'host/boot2container/volumes/fscrypt.c'

/** Returns kernel and base of the initramfs, built when an input changed. */
export async function ensureB2cBase(
  tools: ToolsTree,
  architecture: Architecture = 'x86_64',
  kernel: B2cKernel = 'vm',
): Promise<B2cBase> {
  const inputs = await unpackInputs(tools, architecture, kernel)
  const bundles = await bundlePrograms()
  const lists = ['base', ...listedPacks].flatMap(listsOf)
  const compiled = [...stubs].flatMap((name) => ['c', 'map'].map((kind) => `${stubFolder}/${name}.${kind}`))
  const code = await sources(...builders, ...lists, ...compiled, initScript, podmanScript, unpack, fscrypt)
  const key = keyOf([inputs.packages.key, inputs.kernel.key, tools.key, await compilerKey(), bundles, code])
  const dir = await cached('b2c', key, async (partial) => {
    const tree = join(partial, 'tree')
    await fillBase(inputs, bundles, tree)
    // What a cache keeps of one initramfs is not taken by another.
    await writeFile(join(tree, 'usr/lib/afloat/release'), `${key}\n`)
    const [podman, rest] = [join(partial, 'podman'), join(partial, 'rest')]
    await packPodman(tools, tree, inputs.packages.epoch, podman)
    await packTree(tools, tree, mergedFolders, inputs.packages.epoch, rest)
    await concatFiles([podman, rest], join(partial, 'initramfs'))
    for (const path of [podman, rest]) await rm(path)
    await cp(kernelFile(inputs.kernel.root, inputs.modules.release), join(partial, 'kernel'))
    await rm(tree, { recursive: true })
  })
  await prune('b2c', 24)
  return { key, kernel: join(dir, 'kernel'), initramfs: join(dir, 'initramfs'), inputs }
}

/** Code that a part of the initramfs depends on. */
export const builders = [
  ...['applets', 'base', 'compile', 'firmware', 'keymaps', 'pack-tree', 'packs', 'parts'].map(
    (name) => `build/boot2container/${name}.ts`,
  ),
  ...['file-tree', 'is-dynamic', 'module-tree', 'needed-libraries'].map((name) => `build/${name}.ts`),
  'build/concat-files.ts',
  'packages/archive/cpio.ts',
]

const stubFolder = 'image/boot2container/stubs'

async function bundlePrograms(): Promise<Record<string, string>> {
  const bundles: Record<string, string> = {}
  for (const [name, entry] of Object.entries(programs)) bundles[name] = await bundleHostProgram(entry)
  return bundles
}

async function fillBase(
  inputs: B2cInputs,
  bundles: Readonly<Record<string, string>>,
  tree: string,
): Promise<void> {
  const { tools, packages, architecture } = inputs
  for (const dir of folders) await mkdir(join(tree, dir), { recursive: true })
  const options = { architecture, without: stubs }
  await addFiles(tools, packages.root, await filesOf('base'), tree, options)
  for (const [name, target] of links) await symlink(target, join(tree, name))
  for (const name of await listApplets(tools)) await linkApplet(join(tree, 'usr/bin', name))
  await addCompiled(inputs, tree)
  await addCertificates(packages.root, tree)
  await addNoNetwork(tree)
  await addModules(inputs, tree)
  for (const [name, text] of Object.entries(bundles))
    await writeFile(join(tree, 'usr/lib/afloat', name), text)
  // An archive behind the base may have an init of its own, which goes on with this one.
  await placeScript(initScript, join(tree, 'usr/lib/afloat/init.sh'))
  await symlink('usr/lib/afloat/init.sh', join(tree, 'init'))
}

const folders = [
  ...['dev', 'etc/ssl/certs', 'proc', 'root', 'run', 'sys', 'tmp', 'var/lib/containers', 'var/tmp'],
  ...['usr/bin', 'usr/lib/afloat', 'usr/lib/podman'],
]

const links: readonly (readonly [string, string])[] = [
  ['usr/bin/mkfs.ext4', 'mke2fs'],
  ['usr/bin/fsck.ext4', 'e2fsck'],
]

/** Programs of their own come before what busybox can do instead. */
async function linkApplet(path: string): Promise<void> {
  if (!existsSync(path)) await symlink('busybox', path)
}

async function addCompiled({ packages, architecture }: B2cInputs, tree: string): Promise<void> {
  const compiler = await ensureCompiler()
  for (const name of stubs) await compileStub(compiler, architecture, name, join(tree, 'usr/lib', name))
  await compileFreestanding(compiler, architecture, fscrypt, join(tree, 'usr/lib/afloat/fscrypt'))
  const zstd = { source: unpack, root: packages.root, library: 'libzstd.a' }
  await compileWithLibrary(compiler, architecture, zstd, join(tree, 'usr/lib/afloat/unpack'))
}

/**
 * The kernel unpacks the initramfs, on one processor, before anything else starts: not what may not be needed. Packed, podman is
 * in an archive of its own that is not compressed again.
 */
async function packPodman(tools: ToolsTree, tree: string, epoch: number, output: string): Promise<void> {
  const podman = join(tree, 'usr/bin/podman')
  await packSmallest(tools, podman, `${output}.zst`)
  const data = await readFile(`${output}.zst`)
  await rm(`${output}.zst`)
  const folders = ['usr', 'usr/lib', 'usr/lib/afloat']
  const members: CpioEntry[] = folders.map((path) => ({ kind: 'directory', path, mode: 0o755 }))
  members.push({ kind: 'file', path: 'usr/lib/afloat/podman.zst', mode: 0o644, data })
  await writeFile(output, formatCpio(members, epoch))
  await placeScript(podmanScript, join(tree, 'usr/lib/afloat/podman.sh'))
  await symlink('../lib/afloat/podman.sh', podman)
}

async function placeScript(source: string, path: string): Promise<void> {
  await cp(join(repoDir, source), path)
  await chmod(path, 0o755)
}

/** The authorities of Debian, as one file where OpenSSL and Go look for it. */
async function addCertificates(root: string, tree: string): Promise<void> {
  const home = join(root, 'usr/share/ca-certificates/mozilla')
  const names = (await readdir(home)).filter((name) => name.endsWith('.crt')).sort()
  const texts = await Promise.all(names.map((name) => readFile(join(home, name), 'utf8')))
  await writeFile(join(tree, 'etc/ssl/certs/ca-certificates.crt'), texts.join(''))
  await mkdir(join(tree, 'usr/lib/ssl'), { recursive: true })
  await symlink('/etc/ssl/certs/ca-certificates.crt', join(tree, 'usr/lib/ssl/cert.pem'))
}

/**
 * podman does not start without netavark, whichever network a container has. That is 13 MB for nothing where containers
 * have the host's: in its place stands what says which pack to add.
 */
async function addNoNetwork(tree: string): Promise<void> {
  const path = join(tree, 'usr/lib/podman/netavark')
  const words = 'Only --network=host and --network=none work without the pack \\"bridge\\"'
  await writeFile(path, `#!/bin/sh\necho "${words}" >&2\nexit 1\n`)
  await chmod(path, 0o755)
}

/** The index is of the packs' drivers too: they then need none of their own, and can be added in any order. */
async function addModules(inputs: B2cInputs, tree: string): Promise<void> {
  const { tools, modules } = inputs
  await copyModules(tools, modules, await modulesOf(inputs, 'base'), tree)
  const all = new Set<string>()
  for (const part of ['base', ...listedPacks]) for (const file of await modulesOf(inputs, part)) all.add(file)
  await writeModuleIndex(modules, [...all].sort(), tree)
}
