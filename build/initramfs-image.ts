import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatCpio } from '@afloat/archive'
import { bundleHostProgram } from './bundle.ts'
import { cached, keyOf, prune, sources } from './cache.ts'
import { writeInitramfs } from './initramfs.ts'
import type { UnpackedPackages } from './os-packages.ts'
import type { ToolsTree } from './tools-tree.ts'

export type InitramfsImage = {
  readonly key: string
  readonly path: string
  /** SHA-256 of the file. */
  readonly sha256: string
}

/** Returns the initramfs, built when an input changed. One with another `stamp` is another initramfs. */
export async function ensureInitramfs(
  tools: ToolsTree,
  packages: UnpackedPackages,
  stamp = '',
): Promise<InitramfsImage> {
  const plain = await ensurePlain(tools, packages)
  const { key, path } = stamp === '' ? plain : await ensureStamped(plain, stamp, packages.epoch)
  await prune('initramfs', 8)
  return {
    key,
    path,
    sha256: createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  }
}

type Place = { readonly key: string; readonly path: string }

async function ensurePlain(tools: ToolsTree, packages: UnpackedPackages): Promise<Place> {
  const init = await bundleHostProgram('host/init/main.ts')
  const inputs = await sources(
    'build/initramfs.ts',
    'build/file-tree.ts',
    'build/is-dynamic.ts',
    'build/module-tree.ts',
    'build/needed-libraries.ts',
    'packages/archive/cpio.ts',
    'host/init/init.sh',
    'image/initramfs.modules',
  )
  const key = keyOf([packages.key, tools.key, init, inputs])
  const dir = await cached('initramfs', key, async (partial) => {
    const work = join(partial, 'work')
    await mkdir(work)
    const { root, epoch } = packages
    await writeInitramfs({ tools, root, init, epoch }, work, join(partial, 'initramfs.zst'))
    await rm(work, { recursive: true })
  })
  return { key, path: join(dir, 'initramfs.zst') }
}

/**
 * A further archive follows the compressed one, with a file that nothing reads.
 * Source: Linux, Documentation/driver-api/early-userspace/buffer-format.rst
 */
async function ensureStamped(plain: Place, stamp: string, epoch: number): Promise<Place> {
  const key = keyOf([plain.key, stamp, await sources('build/initramfs-image.ts')])
  const dir = await cached('initramfs', key, async (partial) => {
    const base = await readFile(plain.path)
    const file = {
      kind: 'file',
      path: 'usr/lib/afloat/stamp',
      mode: 0o644,
      data: Buffer.from(`${stamp}\n`),
    } as const
    // An archive that is not compressed begins at a multiple of four bytes.
    const gap = Buffer.alloc(-base.length & 3)
    await writeFile(join(partial, 'initramfs.zst'), Buffer.concat([base, gap, formatCpio([file], epoch)]))
  })
  return { key, path: join(dir, 'initramfs.zst') }
}
