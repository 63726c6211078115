import { type BundleHead, payloadStart } from './bundle-head.ts'
import type { Frame, Manifest } from './manifest.ts'

/** Where a frame lies: in the bundle, and in the artefact it is a piece of. */
export type PlacedFrame = Frame & {
  readonly artefact: string
  /** Counts from 0 within its artefact. */
  readonly index: number
  /** First byte, from the start of the payload. */
  readonly storedAt: number
  /** First byte, from the start of the uncompressed artefact. */
  readonly rawAt: number
  readonly compressed: boolean
}

/** All frames of a release in the order of the payload. */
export function listFrames(manifest: Pick<Manifest, 'artefacts'>): PlacedFrame[] {
  const placed: PlacedFrame[] = []
  let storedAt = 0
  for (const artefact of manifest.artefacts) {
    let rawAt = 0
    for (const [index, frame] of artefact.frames.entries()) {
      const compressed = frame.storedBytes < frame.bytes
      placed.push({ ...frame, artefact: artefact.name, index, storedAt, rawAt, compressed })
      storedAt += frame.storedBytes
      rawAt += frame.bytes
    }
  }
  return placed
}

/** Size of the whole payload. */
export function payloadBytes(manifest: Pick<Manifest, 'artefacts'>): number {
  const last = listFrames(manifest).at(-1)
  return last === undefined ? 0 : last.storedAt + last.storedBytes
}

/** Size that the file of a bundle must have, to the byte. */
export function bundleBytes(head: BundleHead, manifest: Pick<Manifest, 'artefacts'>): number {
  return payloadStart(head) + payloadBytes(manifest)
}

/** The bytes of the bundle from a frame on: `start` is the first, `end` the one after the last of `to`. */
export function byteRange(
  head: BundleHead,
  from: PlacedFrame,
  to: PlacedFrame = from,
): { start: number; end: number } {
  const base = payloadStart(head)
  return { start: base + from.storedAt, end: base + to.storedAt + to.storedBytes }
}
