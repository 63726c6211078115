import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleHostProgram } from './bundle.ts'
import { cached, keyOf, prune } from './cache.ts'
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

/** Counts up when the way this stage works changes, so that results of the old way are not taken for new ones. */
const stageVersion = 2

/** Returns the UKI of a release whose /usr has `rootHash`, built when an input changed. */
export async function ensureBootImage(
  tools: ToolsTree,
  packages: UnpackedPackages,
  release: { version: string; rootHash: string },
): Promise<BootImage> {
  const initramfs = await ensureInitramfs(tools, packages)
  const kernel = await kernelOf(packages.root)
  const options = (await readFile(join(repoDir, 'image/cmdline'), 'utf8')).trim().replace(/\s+/g, ' ')
  const key = keyOf([stageVersion, initramfs.key, release, options])
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
  const script = await readFile(join(repoDir, 'host/init/init.sh'), 'utf8')
  const modules = await readFile(join(repoDir, 'image/initramfs.modules'), 'utf8')
  const key = keyOf([stageVersion, packages.key, init, script, modules, tools.key])
  const dir = await cached('initramfs', key, async (partial) => {
    const work = join(partial, 'work')
    await mkdir(work)
    const inputs = { tools, root: packages.root, init, epoch: packages.epoch }
    await writeInitramfs(inputs, work, join(partial, 'initramfs.zst'))
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
