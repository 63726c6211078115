import {
  type BundleHead,
  bundleBytes,
  headBytes,
  type Manifest,
  manifestLimits,
  parseBundleHead,
  parseSignatures,
  payloadStart,
} from '@afloat/release'
import type { Sys } from '../sys/sys.ts'
import { updateErrors as errors } from './errors.ts'
import { openBundle } from './open-bundle.ts'
import type { BundleSource } from './record.ts'
import { sha256, verifyManifest } from './verify-manifest.ts'

/** A release that someone this machine trusts has signed, and where its parts are. */
export type FetchedRelease = {
  readonly head: BundleHead
  readonly manifest: Manifest
  /** As signed. */
  readonly manifestBytes: Uint8Array
  readonly source: BundleSource
}

/**
 * Fetches what comes before the payload of a bundle, and verifies it. Nothing of it is believed before that but the
 * two sizes in its first line, which are bounded.
 * Throws what `openBundle`, `parseBundleHead`, `parseSignatures` and `verifyManifest` throw, and
 * `update/offer-differs` when the bundle is not the one that was offered.
 */
export function fetchRelease(
  sys: Sys,
  offer: { readonly version: string; readonly url: string; readonly sizeBytes: number },
  publicKeys: readonly Uint8Array[],
): FetchedRelease {
  if (publicKeys.length === 0) throw errors.noKeys()
  const { version, url, sizeBytes } = offer
  const most = headBytes + manifestLimits.manifestBytes + manifestLimits.signatureBytes
  const reader = openBundle(sys, { url, sizeBytes }, { start: 0, end: Math.min(most, sizeBytes) })
  try {
    const first = new Uint8Array(Math.min(headBytes, sizeBytes))
    reader.read(first)
    const head = parseBundleHead(first)
    if (payloadStart(head) >= sizeBytes)
      throw errors.offerDiffers('a size of', sizeBytes, `${payloadStart(head)} or more`)
    const manifestBytes = new Uint8Array(head.manifestBytes)
    reader.read(manifestBytes)
    const signatureBytes = new Uint8Array(head.signatureBytes)
    reader.read(signatureBytes)
    reader.close()
    const manifest = verifyManifest(sys, manifestBytes, parseSignatures(signatureBytes), publicKeys)
    if (manifest.version !== version) throw errors.offerDiffers('version', version, manifest.version)
    const signedBytes = bundleBytes(head, manifest)
    if (signedBytes !== sizeBytes) throw errors.offerDiffers('a size of', sizeBytes, signedBytes)
    const manifestSha256 = sha256(sys, manifestBytes)
    return { head, manifest, manifestBytes, source: { url, sizeBytes, manifestSha256 } }
  } finally {
    reader.close()
  }
}
