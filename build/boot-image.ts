import { join } from 'node:path'
import type { ReleaseIdentity } from '@afloat/release'
import { cached, keyOf, prune, sources } from './cache.ts'
import type { InitramfsImage } from './initramfs-image.ts'
import { kernelFile, type UnpackedPackages } from './os-packages.ts'
import type { ToolsTree } from './tools-tree.ts'
import { type UkiParts, writeUki } from './uki.ts'

/** What the firmware starts for one release: kernel, initramfs and command line in one file. */
export type BootImage = { readonly key: string; readonly uki: string }

/** Returns the UKI of a release whose /usr has `rootHash`, built when an input changed. */
export async function ensureBootImage(
  tools: ToolsTree,
  packages: UnpackedPackages,
  initramfs: InitramfsImage,
  release: { readonly identity: ReleaseIdentity; readonly rootHash: string },
): Promise<BootImage> {
  const { version, kernel, cmdline } = release.identity
  const code = await sources('build/boot-image.ts', 'build/uki.ts')
  const key = keyOf([code, tools.key, initramfs.key, release])
  const dir = await cached('uki', key, async (partial) => {
    const uki: UkiParts = {
      kernel: kernelFile(packages.root, kernel.release),
      kernelRelease: kernel.release,
      initrds: [initramfs.path],
      cmdline: `usrhash=${release.rootHash} ${cmdline}`,
      osRelease: osRelease(version),
      epoch: packages.epoch,
    }
    await writeUki(tools, uki, join(partial, 'afloat.efi'))
  })
  await prune('uki', 16)
  return { key, uki: join(dir, 'afloat.efi') }
}

/** What the boot loader shows and sorts by; the machine's own is in /usr. */
function osRelease(version: string): string {
  // The boot loader takes "1.0.0-rc.1" for newer than "1.0.0", and "1.0.0~rc.1" for older.
  // Source: UAPI Group, "Version Format Specification"
  const sorted = version.replace('-', '~')
  return [
    'ID=afloat',
    'NAME="Afloat"',
    `PRETTY_NAME="Afloat ${version}"`,
    `VERSION_ID=${sorted}`,
    'IMAGE_ID=afloat',
    `IMAGE_VERSION=${sorted}`,
    '',
  ].join('\n')
}
