import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleHostProgram } from './bundle.ts'
import { cached, keyOf, prune, sources } from './cache.ts'
import { writeInitramfs } from './initramfs.ts'
import { kernelOf, type UnpackedPackages } from './os-packages.ts'
import { repoDir } from './paths.ts'
import type { ToolsTree } from './tools-tree.ts'

/** What the firmware starts for one release: kernel, initramfs and command line in one file. */
export type BootImage = {
  readonly key: string
  /** As in `uname -r`. */
  readonly kernel: string
  readonly uki: string
  readonly initramfs: string
}

/** Returns the UKI of a release whose /usr has `rootHash`, built when an input changed. */
export async function ensureBootImage(
  tools: ToolsTree,
  packages: UnpackedPackages,
  release: { version: string; rootHash: string },
): Promise<BootImage> {
  const initramfs = await ensureInitramfs(tools, packages)
  const kernel = await kernelOf(packages.root)
  const options = (await readFile(join(repoDir, 'image/cmdline'), 'utf8')).trim().replace(/\s+/g, ' ')
  const code = await sources('build/boot-image.ts')
  const key = keyOf([code, initramfs.key, release, options])
  const dir = await cached('uki', key, async (partial) => {
    const inputs = [
      `--linux=${join(packages.root, 'boot', `vmlinuz-${kernel}`)}`,
      `--initrd=${initramfs.path}`,
      `--cmdline=usrhash=${release.rootHash} ${options}`,
      `--os-release=${osRelease(release.version)}`,
      `--uname=${kernel}`,
    ]
    await tools.run(['ukify', 'build', ...inputs, `--output=${join(partial, 'afloat.efi')}`], {
      env: { ...process.env, SOURCE_DATE_EPOCH: String(packages.epoch) },
    })
  })
  await prune('uki', 6)
  return { key, kernel, uki: join(dir, 'afloat.efi'), initramfs: initramfs.path }
}

async function ensureInitramfs(
  tools: ToolsTree,
  packages: UnpackedPackages,
): Promise<{ key: string; path: string }> {
  const init = await bundleHostProgram('host/init/main.ts')
  const inputs = await sources(
    'build/initramfs.ts',
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
  await prune('initramfs', 4)
  return { key, path: join(dir, 'initramfs.zst') }
}

/** What the boot loader shows and sorts by; the machine's own is in /usr. */
function osRelease(version: string): string {
  return [
    'ID=afloat',
    'NAME="Afloat"',
    `PRETTY_NAME="Afloat ${version}"`,
    `VERSION_ID=${version}`,
    'IMAGE_ID=afloat',
    `IMAGE_VERSION=${version}`,
    '',
  ].join('\n')
}
