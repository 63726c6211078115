import type { ReleaseIdentity } from '@afloat/release'
import { type BootImage, ensureBootImage } from './boot-image.ts'
import { identityOf } from './identity.ts'
import { ensureInitramfs, type InitramfsImage } from './initramfs-image.ts'
import { type UnpackedPackages, unpackPackages } from './os-packages.ts'
import { hashOverlays } from './overlay.ts'
import { ensureToolsTree, type ToolsTree } from './tools-tree.ts'
import { ensureUsrImage, type UsrImage } from './usr-image.ts'
import { checkVariant, overlaysOf, type ReleaseVariant } from './variant.ts'

/** Runs the named stage of a build; the caller shows and times it. */
export type StageRunner = <T>(name: string, run: () => Promise<T>) => Promise<T>

/** What a release consists of, before it is put on a disk or into a bundle. */
export type ReleaseParts = {
  readonly identity: ReleaseIdentity
  readonly tools: ToolsTree
  readonly packages: UnpackedPackages
  readonly usr: UsrImage
  readonly initramfs: InitramfsImage
  readonly boot: BootImage
}

/**
 * Returns the parts of a release, building those whose inputs changed: packages, initramfs, /usr, UKI.
 * The initramfs comes before /usr, which says what it is to be booted with. Throws as `checkVariant` does, and `build/bad-overlay`.
 */
export async function ensureParts(variant: ReleaseVariant, stage: StageRunner): Promise<ReleaseParts> {
  checkVariant(variant)
  const overlays = overlaysOf(variant)
  await hashOverlays(overlays) // an overlay that is wrong is said now, not after minutes
  process.umask(0o022) // modes of files in the image must not depend on who builds it
  const tools = await stage('Tools tree', () => ensureToolsTree())
  const packages = await stage('Debian packages', () => unpackPackages('image/os.packages'))
  const initramfs = await stage('Initramfs', () => ensureInitramfs(tools, packages, variant.initramfsStamp))
  const identity = await identityOf(packages, initramfs, variant)
  const usr = await stage('Operating system (/usr)', () =>
    ensureUsrImage(tools, packages, { identity, overlays }),
  )
  const boot = await stage('UKI', () =>
    ensureBootImage(tools, packages, initramfs, { identity, rootHash: usr.rootHash }),
  )
  return { identity, tools, packages, usr, initramfs, boot }
}
