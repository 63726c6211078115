import { cp, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cached, keyOf, sources } from '../cache.ts'
import { writeOciImage } from '../oci-image.ts'
import { runProgram } from '../run-program.ts'
import type { ToolsTree } from '../tools-tree.ts'

/** A small container image, as an OCI layout folder and as an OCI archive. */
export type TestImage = { readonly layout: string; readonly archive: string }

/** Name of the image in an archive. */
export const testImageName = 'localhost/busybox:1'

/** Returns an image that holds busybox and links for all it can do: for tests and measurements. */
export async function ensureTestImage(tools: ToolsTree): Promise<TestImage> {
  const code = await sources('build/boot2container/test-image.ts', 'build/oci-image.ts')
  const dir = await cached('containers', keyOf([code, tools.key]), async (partial) => {
    const root = join(partial, 'root')
    for (const name of ['bin', 'tmp', 'etc']) await mkdir(join(root, name), { recursive: true })
    await cp(join(tools.dir, 'usr/bin/busybox'), join(root, 'bin/busybox'))
    await tools.run(['chroot', root, '/bin/busybox', '--install', '-s', '/bin'])
    const layout = join(partial, 'layout')
    await writeOciImage({ root, command: ['/bin/sh'] }, layout, testImageName)
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
