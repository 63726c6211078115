import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleHostProgram } from '../bundle.ts'
import { cached, keyOf, prune, readList, sources } from '../cache.ts'
import { addPrograms, copyProgram, mergedFolders } from '../file-tree.ts'
import { copyModules, moduleFiles, readModules, writeModuleIndex } from '../module-tree.ts'
import { kernelFile, type UnpackedPackages, unpackPackages } from '../os-packages.ts'
import { repoDir } from '../paths.ts'
import type { ToolsTree } from '../tools-tree.ts'
import { packTree } from './pack-tree.ts'

/** What a machine needs to boot straight into containers. */
export type B2cBase = {
  readonly key: string
  readonly kernel: string
  readonly initramfs: string
  readonly packages: UnpackedPackages
}

const image = 'image/boot2container'

/** Programs for QuickJS: the place in the initramfs, and what is bundled. */
const programs: Readonly<Record<string, string>> = {
  'init.js': 'host/boot2container/main.ts',
  'volume-watch.js': 'host/boot2container/volumes/watch-main.ts',
}

/** Returns kernel and base of the initramfs, built when an input changed. */
export async function ensureB2cBase(tools: ToolsTree): Promise<B2cBase> {
  const packages = await unpackPackages(`${image}/packages`)
  const bundles = await bundlePrograms()
  const code = await sources(
    'build/boot2container/base.ts',
    'build/boot2container/pack-tree.ts',
    'build/file-tree.ts',
    'build/module-tree.ts',
    'build/needed-libraries.ts',
    'packages/archive/cpio.ts',
    `${image}/base.files`,
    `${image}/base.modules`,
    ...[initScript].filter((path) => existsSync(join(repoDir, path))),
  )
  const key = keyOf([packages.key, tools.key, bundles, code])
  const dir = await cached('b2c', key, async (partial) => {
    const tree = join(partial, 'tree')
    await fillBase(tools, packages, bundles, tree)
    await packTree(tools, tree, mergedFolders, packages.epoch, join(partial, 'initramfs'))
    const { release } = await readModules(packages.root)
    await cp(kernelFile(packages.root, release), join(partial, 'kernel'))
    await rm(tree, { recursive: true })
  })
  await prune('b2c', 8)
  return { key, kernel: join(dir, 'kernel'), initramfs: join(dir, 'initramfs'), packages }
}

const initScript = 'host/boot2container/init.sh'

async function bundlePrograms(): Promise<Record<string, string>> {
  const bundles: Record<string, string> = {}
  for (const [name, entry] of Object.entries(programs))
    if (existsSync(join(repoDir, entry))) bundles[name] = await bundleHostProgram(entry)
  return bundles
}

async function fillBase(
  tools: ToolsTree,
  { root }: UnpackedPackages,
  bundles: Readonly<Record<string, string>>,
  tree: string,
): Promise<void> {
  for (const dir of folders) await mkdir(join(tree, dir), { recursive: true })
  const files = await readList(join(repoDir, image, 'base.files'))
  const isProgram = (path: string): boolean => /^usr\/s?bin\//.test(path)
  await addPrograms(tools, root, files.filter(isProgram), tree)
  for (const path of files.filter((path) => !isProgram(path))) await cp(join(root, path), join(tree, path))
  await copyProgram(join(tools.dir, 'usr/bin/busybox'), join(tree, 'usr/bin/busybox'), tools.dir)
  for (const name of ['mkfs.ext4', 'mkfs.ext2']) await symlink('mke2fs', join(tree, 'usr/bin', name))
  for (const name of ['fsck.ext4']) await symlink('e2fsck', join(tree, 'usr/bin', name))
  await addCertificates(root, tree)
  await addNoNetwork(tree)
  await addModules(tools, root, tree)
  for (const [name, text] of Object.entries(bundles))
    await writeFile(join(tree, 'usr/lib/afloat', name), text)
  if (existsSync(join(repoDir, initScript))) {
    await cp(join(repoDir, initScript), join(tree, 'init'))
    await chmod(join(tree, 'init'), 0o755)
  }
}

const folders = [
  ...['dev', 'etc/ssl/certs', 'proc', 'root', 'run', 'sys', 'tmp', 'var/lib/containers', 'var/tmp'],
  ...['usr/bin', 'usr/lib/afloat', 'usr/libexec/podman'],
]

/** The authorities of Debian, as one file where OpenSSL and Go look for it. */
async function addCertificates(root: string, tree: string): Promise<void> {
  const home = join(root, 'usr/share/ca-certificates/mozilla')
  const names = (await readdir(home)).filter((name) => name.endsWith('.crt')).sort()
  const texts = await Promise.all(names.map((name) => readFile(join(home, name), 'utf8')))
  await writeFile(join(tree, 'etc/ssl/certs/ca-certificates.crt'), texts.join(''))
  await symlink('certs/ca-certificates.crt', join(tree, 'etc/ssl/cert.pem'))
}

/**
 * podman does not start without netavark, whichever network a container has. That is 11 MB for nothing where containers
 * have the host's: in its place stands what says which pack to add.
 */
async function addNoNetwork(tree: string): Promise<void> {
  const path = join(tree, 'usr/libexec/podman/netavark')
  await writeFile(
    path,
    '#!/bin/sh\necho "Only --network=host and none work without the pack \\"bridge\\"" >&2\nexit 1\n',
  )
  await chmod(path, 0o755)
}

async function addModules(tools: ToolsTree, root: string, tree: string): Promise<void> {
  const list = `${image}/base.modules`
  const modules = await readModules(root)
  const files = moduleFiles(modules, await readList(join(repoDir, list)), list)
  await copyModules(tools, modules, files, tree)
  await writeModuleIndex(modules, files, tree)
}
