import { encodeBase64 } from '@afloat/ignition/base64'
import {
  type Artefact,
  formatBundleHead,
  formatSignatures,
  frameBytes,
  type Manifest,
  type ReleaseIdentity,
} from '@afloat/release'
import { encodeUtf8 } from '../../sys/utf8.ts'

/** Stands for SHA-256 where a fake program computes it: 64 hexadecimal digits that depend on some of the bytes. */
export function fakeHash(bytes: Uint8Array): string {
  let hash = 0x811c9dc5 ^ bytes.length
  const step = Math.max(1, Math.floor(bytes.length / 2048))
  for (let at = 0; at < bytes.length; at += step) hash = Math.imul(hash ^ bytes[at]!, 0x01000193) >>> 0
  if (bytes.length > 0) hash = Math.imul(hash ^ bytes[bytes.length - 1]!, 0x01000193) >>> 0
  return hash.toString(16).padStart(8, '0').repeat(8)
}

/** Stands for compression: zeros at the end are left out, and the size is put there. What would grow stays as it is. */
export function fakePack(bytes: Uint8Array): Uint8Array {
  let end = bytes.length
  while (end > 1 && bytes[end - 1] === 0) end--
  if (end + sizeBytes >= bytes.length) return bytes
  const packed = new Uint8Array(end + sizeBytes)
  packed.set(bytes.subarray(0, end))
  new DataView(packed.buffer).setUint32(end, bytes.length)
  return packed
}

/** Returns what was packed; undefined when nothing was. */
export function fakeUnpack(packed: Uint8Array): Uint8Array | undefined {
  const end = packed.length - sizeBytes
  const size = new DataView(packed.buffer, packed.byteOffset).getUint32(end)
  if (size < end) return undefined
  const bytes = new Uint8Array(size)
  bytes.set(packed.subarray(0, end))
  return bytes
}

const sizeBytes = 4

/** Stands for an ed25519 signature. */
export function fakeSignature(manifest: Uint8Array, key: Uint8Array): Uint8Array {
  return encodeUtf8(fakeHash(encodeUtf8(fakeHash(manifest) + fakeHash(key))))
}

export type FakeRelease = {
  readonly manifest: Manifest
  readonly bundle: Uint8Array
  /** Uncompressed, by name. */
  readonly artefacts: Readonly<Record<string, Uint8Array>>
}

export type FakeReleaseOptions = {
  readonly key?: Uint8Array
  /** Sizes of the artefacts in bytes. */
  readonly sizes?: Readonly<Record<string, number>>
  readonly change?: (manifest: Manifest) => Manifest
  readonly kernel?: string
  readonly unsigned?: boolean
}

export const fakeKey = Uint8Array.from({ length: 32 }, (_, index) => index * 7)

export function rootHashOf(version: string): string {
  return fakeHash(encodeUtf8(`root of ${version}`))
}

export function identityOf(version: string, kernel = 'k1'): ReleaseIdentity {
  return {
    version,
    kernel: { release: `6.12-${kernel}`, sha256: fakeHash(encodeUtf8(kernel)) },
    initramfs: { sha256: fakeHash(encodeUtf8('initramfs')) },
    cmdline: 'quiet',
    systemd: { version: 257 },
  }
}

/** Makes a release that a machine with `fakeKey` accepts, with frames of both kinds. */
export function makeFakeRelease(version: string, options: FakeReleaseOptions = {}): FakeRelease {
  const { key = fakeKey, change = (manifest) => manifest, kernel } = options
  const sizes = options.sizes ?? { usr: frameBytes + 100_000, verity: 70_000, uki: 90_000 }
  const artefacts: Record<string, Uint8Array> = {}
  const payload: Uint8Array[] = []
  const listed: Artefact[] = []
  for (const [index, [name, size]] of Object.entries(sizes).entries()) {
    const bytes = fillWith(size, version.length * 31 + index + (version.codePointAt(2) ?? 0))
    // The last part is empty, so that some frames become smaller and others do not.
    bytes.fill(0, size - Math.min(50_000, size >> 1))
    artefacts[name] = bytes
    const frames = []
    for (let at = 0; at < size; at += frameBytes) {
      const raw = bytes.subarray(at, at + frameBytes)
      const packed = fakePack(raw)
      payload.push(packed)
      frames.push({ bytes: raw.length, storedBytes: packed.length, sha256: fakeHash(packed) })
    }
    listed.push({ name, bytes: size, sha256: fakeHash(bytes), frames })
  }
  const manifest = change({
    apiVersion: 'afloat/v1',
    kind: 'Release',
    architecture: 'x86_64',
    ...identityOf(version, kernel),
    usrRootHash: rootHashOf(version),
    artefacts: listed,
  })
  const manifestBytes = encodeUtf8(JSON.stringify(manifest))
  const signature = encodeBase64(fakeSignature(manifestBytes, key))
  const signed = [{ keyId: fakeHash(key).slice(0, 16), signature }]
  const signatureBytes = encodeUtf8(options.unsigned === true ? '[]' : formatSignatures(signed))
  const head = formatBundleHead({
    manifestBytes: manifestBytes.length,
    signatureBytes: signatureBytes.length,
  })
  return { manifest, bundle: concat([head, manifestBytes, signatureBytes, ...payload]), artefacts }
}

function fillWith(size: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(size)
  // A pattern is made once and copied: byte by byte takes long on QuickJS.
  const pattern = Uint8Array.from({ length: 997 }, (_, index) => 1 + ((index * 13 + seed) % 254))
  for (let at = 0; at < size; at += pattern.length) bytes.set(pattern.subarray(0, size - at), at)
  return bytes
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
