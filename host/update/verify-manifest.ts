import { decodeBase64 } from '@afloat/ignition/base64'
import {
  formatPublicKeyPem,
  type Manifest,
  parseManifest,
  releaseError,
  type Signature,
} from '@afloat/release'
import type { Sys } from '../sys/sys.ts'
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
  if (!candidates.some((candidate) => isGood(sys, manifest, candidate))) {
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

/** openssl wants files; the program's exit code is 1 for a bad signature and for anything else that went wrong. */
function isGood(
  sys: Sys,
  manifest: Uint8Array,
  { key, signature }: { key: Uint8Array; signature: string },
): boolean {
  const files = ['manifest', 'signature', 'key.pem'].map((name) => `${places.run}/${name}`)
  const [manifestFile = '', signatureFile = '', keyFile = ''] = files
  sys.makeDirs(places.run, { mode: 0o700 })
  sys.writeFile(manifestFile, manifest)
  sys.writeFile(signatureFile, decodeBase64(signature) ?? new Uint8Array())
  sys.writeFile(keyFile, formatPublicKeyPem(key))
  const inputs = ['-inkey', keyFile, '-in', manifestFile, '-sigfile', signatureFile]
  const { code } = sys.run(['openssl', 'pkeyutl', '-verify', '-pubin', '-rawin', ...inputs])
  for (const file of files) sys.remove(file)
  return code === 0
}
