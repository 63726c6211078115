import { decodeBase64 } from '@afloat/ignition/base64'
import { type Manifest, parseManifest, releaseError, type Signature } from '@afloat/release'
import type { Sys } from '../sys/sys.ts'
import { isSignatureGood } from '../sys/verify-signature.ts'
import { updateErrors as errors } from './errors.ts'
import { places } from './places.ts'

/**
 * Returns what a manifest says once a signature over its exact bytes was found good, by one of the keys of this
 * machine. Throws `update/no-keys`, `release/wrong-key` (signed, but not by whom this machine trusts),
 * `release/bad-signature`, and what `parseManifest` throws.
 */
export function verifyManifest(
  sys: Sys,
  manifest: Uint8Array,
  signatures: readonly Signature[],
  publicKeys: readonly Uint8Array[],
): Manifest {
  if (publicKeys.length === 0) throw errors.noKeys()
  const candidates = publicKeys.flatMap((key) => {
    const keyId = sha256(sys, key).slice(0, 16)
    return signatures
      .filter((signature) => signature.keyId === keyId)
      .map(({ signature }) => ({ key, signature }))
  })
  if (candidates.length === 0) {
    throw releaseError('release/wrong-key', 'Release is not signed by a key that this machine trusts', {
      hint: 'Sign it with a key whose public half is in updates.public_keys, or add that key to the machine',
    })
  }
  const isGood = ({ key, signature }: (typeof candidates)[number]): boolean =>
    isSignatureGood(sys, places.run, {
      message: manifest,
      signature: decodeBase64(signature) ?? new Uint8Array(),
      publicKey: key,
    })
  if (!candidates.some(isGood)) {
    throw releaseError(
      'release/bad-signature',
      'Signature of the release is wrong: it was changed after signing',
      {
        hint: 'Publish the release again; someone may be tampering with it on the way',
      },
    )
  }
  return parseManifest(manifest)
}

/** Returns the SHA-256 of some bytes as hexadecimal digits. */
export function sha256(sys: Sys, bytes: Uint8Array): string {
  return sys.mustRun(['sha256sum'], { input: bytes }).slice(0, 64)
}
