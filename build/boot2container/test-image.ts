import { cp, mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Architecture } from '../architecture.ts'
import { cached, keyOf, sources } from '../cache.ts'
import { writeOciImage } from '../oci-image.ts'
import { unpackPackages } from '../os-packages.ts'
import { runProgram } from '../run-program.ts'
import type { ToolsTree } from '../tools-tree.ts'
import { listApplets } from './applets.ts'

/** A small container image, as an OCI layout folder and as an OCI archive. */
export type TestImage = { readonly layout: string; readonly archive: string }

/** Name of the image in an archive. */
export const testImageName = 'localhost/busybox:1'

/** Returns an image that holds busybox and links for all it can do: for tests and measurements. */
export async function ensureTestImage(
  tools: ToolsTree,
  architecture: Architecture = 'x86_64',
): Promise<TestImage> {
  const packages = await unpackPackages('image/boot2container/packages', architecture)
  const code = await sources(
    ...['applets', 'test-image'].map((name) => `build/boot2container/${name}.ts`),
    'build/oci-image.ts',
  )
  const dir = await cached('containers', keyOf([code, tools.key, packages.key]), async (partial) => {
    const root = join(partial, 'root')
    for (const name of ['bin', 'tmp', 'etc']) await mkdir(join(root, name), { recursive: true })
    await cp(join(packages.root, 'usr/bin/busybox'), join(root, 'bin/busybox'))
    for (const name of await listApplets(tools)) await symlink('busybox', join(root, 'bin', name))
    const layout = join(partial, 'layout')
    await writeOciImage({ root, command: ['/bin/sh'], architecture }, layout, testImageName)
    await archiveLayout(layout, join(partial, 'image.tar'))
    await rm(root, { recursive: true })
  })
  return { layout: `${join(dir, 'layout')}:${testImageName}`, archive: join(dir, 'image.tar') }
}

const members = ['oci-layout', 'index.json', 'blobs']

/** Packs an OCI layout into an OCI archive. */
async function archiveLayout(layout: string, archive: string): Promise<void> {
  const options = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner']
  await runProgram(['tar', '--create', `--file=${archive}`, `--directory=${layout}`, ...options, ...members])
}
