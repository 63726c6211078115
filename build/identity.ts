import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkIdentity, type ReleaseIdentity } from '@afloat/release'
import type { InitramfsImage } from './initramfs-image.ts'
import { kernelFile, kernelOf, type UnpackedPackages } from './os-packages.ts'
import { repoDir } from './paths.ts'
import type { ReleaseVariant } from './variant.ts'

/** Returns what a release says about itself; known before its /usr is made. */
export async function identityOf(
  packages: UnpackedPackages,
  initramfs: InitramfsImage,
  variant: ReleaseVariant,
): Promise<ReleaseIdentity> {
  const release = await kernelOf(packages.root)
  const kernel = await readFile(kernelFile(packages.root, release))
  const base = await readFile(join(repoDir, 'image/cmdline'), 'utf8')
  return checkIdentity({
    version: variant.version,
    kernel: { release, sha256: createHash('sha256').update(kernel).digest('hex') },
    initramfs: { sha256: initramfs.sha256 },
    cmdline: `${base} ${variant.cmdlineAppend ?? ''}`.trim().replace(/\s+/g, ' '),
    systemd: { version: systemdVersion(packages) },
  })
}

/** The number before the first dot, as in "systemctl --version". */
function systemdVersion({ packages }: UnpackedPackages): number {
  const systemd = packages.find(({ name }) => name === 'systemd')
  return Number(/^(?:\d+:)?(\d+)/.exec(systemd?.version ?? '')?.[1])
}
