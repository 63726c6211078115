import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkManifest, checkReleaseTexts, type Manifest, type ReleaseTexts } from '@afloat/release'
import { cached, keyOf, prune, sources } from './cache.ts'
import { ensureDevelopmentKey, type KeyPair, loadPrivateKey, type PublicKey } from './keys.ts'
import { ensureParts, type ReleaseParts, type StageRunner } from './release-parts.ts'
import { checkVariant, type ReleaseVariant } from './variant.ts'
import { type BundleInputs, writeBundle } from './write-bundle.ts'

export type ReleaseOptions = ReleaseVariant & {
  readonly stage: StageRunner
  /** Private key file; without one, the key of this computer for trying things out. */
  readonly key?: string | undefined
  readonly notes?: string | undefined
  readonly minimumVersion?: string | undefined
}

export type BuiltRelease = {
  /** The bundle, in the cache. */
  readonly path: string
  readonly manifest: Manifest
  readonly signedBy: PublicKey
}

/** Name of the file of a bundle. */
export function bundleName(version: string): string {
  return `afloat-${version}-x86_64.afloat`
}

/**
 * Returns the signed bundle of a release, building what changed. No disk image is made.
 * Throws as `ensureParts` and `loadPrivateKey` do; `release/bad-manifest` for notes or a minimum version that
 * cannot be.
 */
export async function ensureRelease(options: ReleaseOptions): Promise<BuiltRelease> {
  const { stage, key, notes, minimumVersion, ...variant } = options
  const signer = key === undefined ? await ensureDevelopmentKey() : await loadPrivateKey(key)
  const texts = {
    ...(notes === undefined ? {} : { notes }),
    ...(minimumVersion === undefined ? {} : { minimumVersion }),
  }
  checkVariant(variant)
  checkReleaseTexts(variant.version, texts)
  const parts = await ensureParts(variant, stage)
  return await stage('Bundle', () => ensureBundle(parts, texts, signer))
}

/** The bundle comes from the cache when parts, texts, key and compressor are those of an earlier one. */
async function ensureBundle(
  parts: ReleaseParts,
  texts: ReleaseTexts,
  signer: KeyPair,
): Promise<BuiltRelease> {
  const { identity, usr, boot } = parts
  const code = await sources('build/release.ts', 'build/write-bundle.ts')
  const key = keyOf([code, usr.key, boot.key, texts, signer.publicKey.id, process.versions['zstd']])
  const name = bundleName(identity.version)
  const dir = await cached('releases', key, async (partial) => {
    const inputs: BundleInputs = {
      ...identity,
      usrRootHash: usr.rootHash,
      ...texts,
      artefacts: [
        { name: 'usr', path: usr.erofs },
        { name: 'verity', path: usr.verity },
        { name: 'uki', path: boot.uki },
      ],
    }
    const manifest = await writeBundle(inputs, [signer], join(partial, name))
    await writeFile(join(partial, 'manifest.json'), JSON.stringify(manifest))
  })
  await prune('releases', 12)
  const manifest = checkManifest(JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8')))
  return { path: join(dir, name), manifest, signedBy: signer.publicKey }
}
