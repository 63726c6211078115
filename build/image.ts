import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { usrPartitionUuids } from '@afloat/disk'
import { cached, keyOf, prune, sources } from './cache.ts'
import { diskImageSources, writeDiskImage } from './disk-image.ts'
import { uuidsOf } from './gpt-image.ts'
import type { DebianPackage } from './os-packages.ts'
import { ensureParts, type ReleaseParts, type StageRunner } from './release-parts.ts'
import { runProgram } from './run-program.ts'
import type { ReleaseVariant } from './variant.ts'

/** What an image consists of; written beside it as `manifest.json`. */
export type ImageManifest = {
  readonly apiVersion: 'afloat/v1'
  readonly kind: 'Image'
  readonly version: string
  readonly architecture: 'x86_64'
  readonly kernel: string
  readonly usrRootHash: string
  readonly artefacts: readonly Artefact[]
  readonly packages: readonly DebianPackage[]
}

export type Artefact = { readonly name: string; readonly bytes: number; readonly sha256: string }

export type BuiltImage = { readonly dir: string; readonly diskPath: string; readonly manifest: ImageManifest }

/**
 * Returns the image of a release, building the stages whose inputs changed.
 * Each stage is kept in the cache by the hash of its inputs: packages, initramfs, /usr, UKI, disk.
 * Throws as `checkVariant` does, and `build/bad-overlay`.
 */
export async function ensureImage(options: ReleaseVariant & { stage: StageRunner }): Promise<BuiltImage> {
  const { stage, ...variant } = options
  const parts = await ensureParts(variant, stage)
  return await stage('Disk image', () => ensureDisk(parts))
}

async function ensureDisk(parts: ReleaseParts): Promise<BuiltImage> {
  const { identity, tools, packages, usr, boot, initramfs } = parts
  const { version } = identity
  const key = keyOf([usr.key, boot.key, await sources(...diskImageSources)])
  const dir = await cached('images', key, async (partial) => {
    const work = join(partial, 'work')
    await mkdir(work)
    const uuids = usrPartitionUuids(usr.rootHash)
    const inputs = {
      ...{ tools, version, usr: usr.erofs, verity: usr.verity, uki: boot.uki, uuids },
      uuidOf: uuidsOf(key),
      epoch: packages.epoch,
    }
    await writeDiskImage(inputs, work, join(partial, 'disk.raw'))
    await rm(work, { recursive: true })
    for (const path of [usr.erofs, usr.verity, usr.largest, boot.uki, initramfs.path]) {
      await runProgram(['cp', '--reflink=auto', path, partial])
    }
    const manifest: ImageManifest = {
      apiVersion: 'afloat/v1',
      kind: 'Image',
      version,
      architecture: 'x86_64',
      kernel: identity.kernel.release,
      usrRootHash: usr.rootHash,
      artefacts: await Promise.all(artefactNames.map((name) => describe(partial, name))),
      packages: packages.packages,
    }
    await writeFile(join(partial, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  })
  await prune('images', 8)
  const manifest = JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8')) as ImageManifest
  return { dir, diskPath: join(dir, 'disk.raw'), manifest }
}

const artefactNames = ['disk.raw', 'usr.erofs', 'usr.verity', 'afloat.efi', 'initramfs.zst']

async function describe(dir: string, name: string): Promise<Artefact> {
  const path = join(dir, name)
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }))
    hash.update(chunk as Buffer)
  return { name, bytes: (await stat(path)).size, sha256: hash.digest('hex') }
}
