import { chmod, cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatCpio } from '@afloat/archive'
import { readList } from './cache.ts'
import { addFiles, copyFollowing, membersOf, mergedFolders } from './file-tree.ts'
import { copyModules, moduleFiles, readModules, writeModuleIndex } from './module-tree.ts'
import { repoDir } from './paths.ts'
import type { ToolsTree } from './tools-tree.ts'

export type InitramfsInputs = {
  readonly tools: ToolsTree
  /** Unpacked Debian packages: programs, libraries and modules come from here. */
  readonly root: string
  /** The bundled program that PID 1 starts. */
  readonly init: string
  /** Seconds since the epoch, for all members. */
  readonly epoch: number
}

/**
 * Writes the initramfs that finds and verifies /usr: busybox, qjs, dmsetup, the drivers of
 * `image/initramfs.modules` and PID 1. Nothing else: other work is done by programs of the verified /usr.
 */
export async function writeInitramfs(inputs: InitramfsInputs, work: string, output: string): Promise<void> {
  const tree = join(work, 'initramfs')
  for (const dir of ['dev', 'proc', 'sys', 'run', 'stage', 'sysroot', 'usr/bin', 'usr/lib', 'tmp']) {
    await mkdir(join(tree, dir), { recursive: true })
  }
  const { tools, root } = inputs
  await addFiles(tools, root, ['usr/bin/qjs', 'usr/sbin/dmsetup'], tree)
  await copyFollowing(join(tools.dir, 'usr/bin/busybox'), join(tree, 'usr/bin/busybox'), tools.dir)
  await addModules(inputs, tree)
  await cp(join(repoDir, 'host/init/init.sh'), join(tree, 'init'))
  await chmod(join(tree, 'init'), 0o755)
  await mkdir(join(tree, 'usr/lib/afloat'), { recursive: true })
  await writeFile(join(tree, 'usr/lib/afloat/init.js'), inputs.init)
  const cpio = join(work, 'initramfs.cpio')
  await writeFile(cpio, formatCpio([...mergedFolders, ...(await membersOf(tree))], inputs.epoch))
  await tools.run(['zstd', '--quiet', '-19', '--threads=1', '--no-check', cpio, '-o', output])
}

async function addModules({ tools, root }: InitramfsInputs, tree: string): Promise<void> {
  const list = 'image/initramfs.modules'
  const modules = await readModules(root)
  const files = moduleFiles(modules, await readList(join(repoDir, list)), list)
  await copyModules(tools, modules, files, tree)
  await writeModuleIndex(modules, files, tree)
}
