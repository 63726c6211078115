import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { formatBundleHead, headBytes, parseBundleHead, parseManifest, payloadStart } from '@afloat/release'
import { formatSignatures, parseSignatures } from '@afloat/release/signatures'
import type { HostileBehaviour } from './behaviours.ts'

/** A bundle as a hostile server has it: the bytes of a good file, bent where a behaviour wants it. */
export type BentBundle = {
  /** What the good bundle says. */
  readonly version: string
  readonly sizeBytes: number
  /** Hexadecimal, of the bytes that are served. */
  readonly sha256: string
  read(from: number, to: number): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

const chunkBytes = 256 * 1024

/** Opens a good bundle and bends it. The file stays as it is. */
export async function bendBundle(path: string, behaviour: HostileBehaviour): Promise<BentBundle> {
  const file = await open(path)
  const { size } = await file.stat()
  const head = parseBundleHead(await readAt(file, 0, headBytes))
  const start = payloadStart(head)
  const prefix = await readAt(file, 0, start)
  const manifest = prefix.subarray(headBytes, headBytes + head.manifestBytes)
  const { version } = parseManifest(manifest)
  const bent = bendStart(prefix, manifest, behaviour)
  const whole = bent.length + size - start
  const sizeBytes = behaviour === 'truncated-head' ? 40 : whole
  const flipAt = behaviour === 'wrong-payload' ? bent.length + Math.floor((size - start) / 2) : -1
  async function* read(from: number, to: number): AsyncIterable<Uint8Array> {
    for (let at = from; at < to; at += chunkBytes) {
      const end = Math.min(at + chunkBytes, to)
      const inFile = Math.max(at, bent.length)
      const chunk = Buffer.concat([
        bent.subarray(at, end),
        await readAt(file, start + inFile - bent.length, Math.max(0, end - inFile)),
      ])
      if (behaviour === 'garbage') chunk.fill(0)
      if (flipAt >= at && flipAt < end) chunk[flipAt - at]! ^= 1
      yield chunk
    }
  }
  const hash = createHash('sha256')
  for await (const chunk of read(0, sizeBytes)) hash.update(chunk)
  const sha256 = hash.digest('hex')
  return { version, sizeBytes, sha256, read, close: () => file.close() }
}

function bendStart(prefix: Buffer, manifest: Buffer, behaviour: HostileBehaviour): Buffer {
  const signatures = parseSignatures(prefix.subarray(headBytes + manifest.length))
  const join = (list: Parameters<typeof formatSignatures>[0]): Buffer => {
    const text = Buffer.from(formatSignatures(list))
    const head = formatBundleHead({ manifestBytes: manifest.length, signatureBytes: text.length })
    return Buffer.concat([head, manifest, text])
  }
  switch (behaviour) {
    case 'unsigned':
      return join([])
    case 'wrong-key': {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519')
      const raw = Buffer.from((publicKey.export({ format: 'jwk' }) as { x: string }).x, 'base64url')
      const keyId = createHash('sha256').update(raw).digest('hex').slice(0, 16)
      return join([{ keyId, signature: sign(null, manifest, privateKey).toString('base64') }])
    }
    case 'wrong-signature':
      return join(signatures.map(({ keyId, signature }) => ({ keyId, signature: flipFirstBit(signature) })))
    case 'endless-manifest':
      return Buffer.from(formatBundleHead({ manifestBytes: 1024 * 1024, signatureBytes: 64 * 1024 }))
    default:
      return prefix
  }
}

function flipFirstBit(base64: string): string {
  const bytes = Buffer.from(base64, 'base64')
  bytes[0]! ^= 1
  return bytes.toString('base64')
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  if (length === 0) return Buffer.alloc(0)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}
