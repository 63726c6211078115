import { createHash, createPublicKey, verify } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import {
  bundleBytes,
  byteRange,
  formatPublicKeyPem,
  headBytes,
  listFrames,
  type Manifest,
  type PlacedFrame,
  parseBundleHead,
  parseManifest,
  parseSignatures,
  releaseError,
} from '@afloat/release'
import { AfloatError } from '@afloat/report'
import type { PublicKey } from './keys.ts'

/** A bundle whose manifest was signed by a key that is trusted; its payload was not looked at. */
export type OpenBundle = {
  readonly manifest: Manifest
  /** The manifest byte for byte as it was signed. */
  readonly manifestBytes: Buffer
  readonly signedBy: PublicKey
  readonly head: { readonly manifestBytes: number; readonly signatureBytes: number }
  readonly fileBytes: number
}

/**
 * Reads what comes before the payload. The signature is verified first; nothing of the manifest is read before.
 * Throws `bundle/unreadable` and what `parseBundleHead`, `parseSignatures` and `parseManifest` throw;
 * `release/wrong-key` when no trusted key signed it, `release/bad-signature` when it is not what one of them signed.
 */
export async function openBundle(path: string, trusted: readonly PublicKey[]): Promise<OpenBundle> {
  return await withFile(path, (file) => readStart(file, trusted))
}

/**
 * Verifies a whole bundle as a stream: signature, size, every frame, every artefact. `onBytes` is told how much of
 * the file was read. Throws as `openBundle` does, and `release/truncated`, `release/trailing-bytes`,
 * `release/damaged-frame` (details: artefact, frame, offset in the file) or `release/damaged-artefact`.
 */
export async function verifyBundle(
  path: string,
  trusted: readonly PublicKey[],
  onBytes: (done: number, total: number) => void = () => {},
): Promise<OpenBundle> {
  return await withFile(path, async (file) => {
    const bundle = await readStart(file, trusted)
    await checkPayload(file, bundle, onBytes)
    return bundle
  })
}

/**
 * Checks a whole bundle but for who signed it, for who has no keys. Throws as `verifyBundle` does, apart from
 * `release/wrong-key` and `release/bad-signature`.
 */
export async function checkBundle(path: string): Promise<Manifest> {
  return await withFile(path, async (file) => {
    const { manifestBytes, head, fileBytes } = await readUnverified(file)
    const manifest = parseManifest(manifestBytes)
    await checkPayload(file, { manifest, head, fileBytes }, () => {})
    return manifest
  })
}

async function checkPayload(
  file: FileHandle,
  { manifest, head, fileBytes }: Pick<OpenBundle, 'manifest' | 'head' | 'fileBytes'>,
  onBytes: (done: number, total: number) => void,
): Promise<void> {
  const expected = bundleBytes(head, manifest)
  const hashes = new Map(manifest.artefacts.map(({ name }) => [name, createHash('sha256')]))
  for (const frame of listFrames(manifest)) {
    const { start, end } = byteRange(head, frame)
    const stored = await readRange(file, start, end)
    if (stored.length < end - start) throw truncated(frame, fileBytes, expected)
    hashes.get(frame.artefact)!.update(await unpackFrame(frame, stored, start))
    onBytes(end, expected)
  }
  for (const { name, sha256 } of manifest.artefacts) {
    const found = hashes.get(name)!.digest('hex')
    if (found !== sha256)
      throw releaseError(
        'release/damaged-artefact',
        `Bundle is damaged: "${name}" has SHA-256 ${found}, expected ${sha256}`,
      )
  }
  if (fileBytes > expected) {
    throw releaseError(
      'release/trailing-bytes',
      `Bundle is damaged: found ${fileBytes} bytes, expected ${expected}; ${fileBytes - expected} follow its end`,
      { hint: again },
    )
  }
}

const again = 'Fetch or copy the file again'

async function readStart(file: FileHandle, trusted: readonly PublicKey[]): Promise<OpenBundle> {
  const { signatures, ...start } = await readUnverified(file)
  const signedBy = findSigner(start.manifestBytes, signatures, trusted)
  return { ...start, manifest: parseManifest(start.manifestBytes), signedBy }
}

async function readUnverified(
  file: FileHandle,
): Promise<Omit<OpenBundle, 'manifest' | 'signedBy'> & { signatures: ReturnType<typeof parseSignatures> }> {
  const { size: fileBytes } = await file.stat()
  const head = parseBundleHead(await readRange(file, 0, headBytes))
  const signaturesAt = headBytes + head.manifestBytes
  const manifestBytes = await readRange(file, headBytes, signaturesAt)
  const signatures = await readRange(file, signaturesAt, signaturesAt + head.signatureBytes)
  if (signatures.length < head.signatureBytes)
    throw releaseError(
      'release/truncated',
      `Bundle is truncated: it ends after ${fileBytes} bytes, in its manifest`,
      {
        hint: again,
      },
    )
  return { manifestBytes, signatures: parseSignatures(signatures), head, fileBytes }
}

function findSigner(
  manifest: Buffer,
  signatures: ReturnType<typeof parseSignatures>,
  trusted: readonly PublicKey[],
): PublicKey {
  const known = trusted.filter(({ id }) => signatures.some(({ keyId }) => keyId === id))
  if (known.length === 0) {
    const [by, expected] = [signatures.map(({ keyId }) => keyId), trusted.map(({ id }) => id)]
    throw releaseError(
      'release/wrong-key',
      `Bundle is signed by ${by.join(', ')}, expected ${expected.length === 0 ? 'a trusted key' : expected.join(' or ')}`,
      { hint: 'Pass the public key of who built it: --key NAME.pub' },
    )
  }
  for (const key of known) {
    const pem = createPublicKey(formatPublicKeyPem(key.raw))
    const mine = signatures.filter(({ keyId }) => keyId === key.id)
    if (mine.some(({ signature }) => verify(null, manifest, pem, Buffer.from(signature, 'base64'))))
      return key
  }
  throw releaseError(
    'release/bad-signature',
    `Manifest is not what key ${known.map(({ id }) => id).join(', ')} signed: it was changed or damaged`,
    { hint: again },
  )
}

const decompress = promisify(zstdDecompress)

/** Returns the raw bytes of a frame, or says which one is damaged and where. */
async function unpackFrame(frame: PlacedFrame, stored: Buffer, at: number): Promise<Buffer> {
  if (createHash('sha256').update(stored).digest('hex') === frame.sha256) {
    const raw = frame.compressed
      ? await decompress(stored, { maxOutputLength: frame.bytes }).catch(() => undefined)
      : stored
    if (raw?.length === frame.bytes) return raw
  }
  const { artefact, index } = frame
  throw releaseError(
    'release/damaged-frame',
    `Bundle is damaged: frame ${index} of "${artefact}", at byte ${at}, is not what was signed`,
    { hint: again, details: { artefact, frame: index, offset: at } },
  )
}

function truncated(frame: PlacedFrame, found: number, expected: number): Error {
  const { artefact, index } = frame
  return releaseError(
    'release/truncated',
    `Bundle is truncated: it ends after ${found} of ${expected} bytes, in frame ${index} of "${artefact}"`,
    { hint: again, details: { artefact, frame: index, found, expected } },
  )
}

/** Fewer bytes than asked for only at the end of the file. */
async function readRange(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.alloc(end - start)
  let filled = 0
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, start + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

/** Throws `bundle/unreadable` when there is no such file, which says nothing about a bundle. */
async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const unreadable = (problem: string, cause?: unknown) =>
    new AfloatError('bundle/unreadable', `Cannot read bundle "${path}": ${problem}`, { cause })
  const file = await open(path).catch((cause: Error) => {
    throw unreadable(cause.message, cause)
  })
  try {
    if (!(await file.stat()).isFile()) throw unreadable('it is not a file')
    return await use(file)
  } finally {
    await file.close()
  }
}
