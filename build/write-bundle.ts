import { createHash, type KeyObject, sign } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { promisify } from 'node:util'
import { constants, zstdCompress } from 'node:zlib'
import {
  type Artefact,
  checkManifest,
  type Frame,
  formatBundleHead,
  formatSignatures,
  frameBytes,
  type Manifest,
} from '@afloat/release'
import type { PublicKey } from './keys.ts'

/** What a bundle is made of: everything a manifest says, with files in place of artefacts. */
export type BundleInputs = Omit<Manifest, 'apiVersion' | 'kind' | 'architecture' | 'artefacts'> & {
  readonly artefacts: readonly { readonly name: string; readonly path: string }[]
}

/** Who signs. */
export type Signer = { readonly privateKey: KeyObject; readonly publicKey: PublicKey }

/**
 * Writes a bundle; the file is there whole or not at all. The same inputs give the same bytes, compressed by the
 * same version of zstd. Returns the manifest. Throws `release/bad-manifest` when the inputs make none.
 */
export async function writeBundle(
  inputs: BundleInputs,
  signers: readonly Signer[],
  output: string,
): Promise<Manifest> {
  const payload = `${output}.payload-${process.pid}`
  const partial = `${output}.partial-${process.pid}`
  try {
    const { artefacts, ...rest } = inputs
    const described: Artefact[] = []
    const file = await open(payload, 'wx')
    for (const { name, path } of artefacts) described.push(await packArtefact(name, path, file))
    await file.close()
    const manifest = checkManifest({
      apiVersion: 'afloat/v1',
      kind: 'Release',
      architecture: 'x86_64',
      ...rest,
      artefacts: described,
    })
    await join(partial, header(manifest, signers), payload)
    await rename(partial, output)
    return manifest
  } finally {
    await rm(payload, { force: true })
    await rm(partial, { force: true })
  }
}

/** The signature is over the exact bytes of the manifest, so they are made once. */
function header(manifest: Manifest, signers: readonly Signer[]): Buffer {
  const bytes = Buffer.from(JSON.stringify(manifest))
  const signatures = formatSignatures(
    signers.map(({ privateKey, publicKey }) => ({
      keyId: publicKey.id,
      signature: sign(null, bytes, privateKey).toString('base64'),
    })),
  )
  const head = formatBundleHead({
    manifestBytes: bytes.length,
    signatureBytes: Buffer.byteLength(signatures),
  })
  return Buffer.concat([head, bytes, Buffer.from(signatures)])
}

async function join(output: string, head: Buffer, payload: string): Promise<void> {
  const file = await open(output, 'wx')
  await file.writeFile(head)
  for await (const chunk of createReadStream(payload, { highWaterMark: frameBytes }))
    await writeAll(file, chunk as Buffer)
  await file.sync()
  await file.close()
}

/** Appends the frames of one artefact to the payload; a few are compressed at once. */
async function packArtefact(name: string, path: string, payload: FileHandle): Promise<Artefact> {
  const whole = createHash('sha256')
  const frames: Frame[] = []
  let pending: Promise<PackedFrame>[] = []
  let bytes = 0
  const flush = async () => {
    for (const { frame, stored } of await Promise.all(pending)) {
      frames.push(frame)
      await writeAll(payload, stored)
    }
    pending = []
  }
  for await (const raw of readFrames(path)) {
    whole.update(raw)
    bytes += raw.length
    pending.push(packFrame(raw))
    if (pending.length === framesAtOnce) await flush()
  }
  await flush()
  return { name, bytes, sha256: whole.digest('hex'), frames }
}

const framesAtOnce = 4

type PackedFrame = { readonly frame: Frame; readonly stored: Buffer }

const compress = promisify(zstdCompress)

/** Measured on /usr, which is compressed already: higher levels take several times as long for 1 % less. */
const compression = { params: { [constants.ZSTD_c_compressionLevel]: 3 } }

async function packFrame(raw: Buffer): Promise<PackedFrame> {
  const compressed = await compress(raw, compression)
  // Less than 2 % is not worth the work on every machine.
  const stored = compressed.length < raw.length * 0.98 ? compressed : raw
  const sha256 = createHash('sha256').update(stored).digest('hex')
  return { frame: { bytes: raw.length, storedBytes: stored.length, sha256 }, stored }
}

/** Yields the pieces of a file, all of `frameBytes` but the last. */
async function* readFrames(path: string): AsyncGenerator<Buffer> {
  const file = await open(path)
  try {
    for (;;) {
      const buffer = Buffer.alloc(frameBytes)
      let filled = 0
      while (filled < frameBytes) {
        const { bytesRead } = await file.read(buffer, filled, frameBytes - filled)
        if (bytesRead === 0) break
        filled += bytesRead
      }
      if (filled > 0) yield buffer.subarray(0, filled)
      if (filled < frameBytes) return
    }
  } finally {
    await file.close()
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten
}
