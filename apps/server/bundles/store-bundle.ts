import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { checkBundle } from '@afloat/build/read-bundle'
import type { Manifest } from '@afloat/release'
import { serverError } from '../errors.ts'
import { packageFile, packageStore } from './package-path.ts'

/** A bundle that lies in the store, checked. */
export type StoredBundle = {
  readonly manifest: Manifest
  readonly sizeBytes: number
  /** Base64. */
  readonly sha1: string
  /** Hexadecimal. */
  readonly sha256: string
}

/** No release is larger; what is, is not one. */
const largestBytes = 9 * 2 ** 30

/**
 * Takes a bundle in as a stream. It gets its name in the store when it is whole, checked and on the disk.
 * Throws `server/bundle-size`, `server/upload-broken` and the codes of `checkBundle`; nothing is left behind then.
 */
export async function storeBundle(dataDir: string, body: AsyncIterable<Uint8Array>): Promise<StoredBundle> {
  const incoming = join(incomingDir(dataDir), randomUUID())
  try {
    const digests = await write(incoming, body)
    const manifest = await checkBundle(incoming)
    await rename(incoming, packageFile(dataDir, digests.sha256))
    await syncDir(packageStore(dataDir))
    return { manifest, ...digests }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? noSpace(dataDir, error) : error
  } finally {
    await rm(incoming, { force: true })
  }
}

/** Takes a bundle out of the store again, which no package refers to. */
export async function dropBundle(dataDir: string, sha256: string): Promise<void> {
  await rm(packageFile(dataDir, sha256), { force: true })
}

/** Makes the folders, and throws away what an earlier process had not finished. */
export async function prepareStore(dataDir: string): Promise<void> {
  await mkdir(packageStore(dataDir), { recursive: true, mode: 0o700 })
  await mkdir(incomingDir(dataDir), { recursive: true, mode: 0o700 })
  for (const name of await readdir(incomingDir(dataDir))) await rm(join(incomingDir(dataDir), name))
}

async function write(
  path: string,
  body: AsyncIterable<Uint8Array>,
): Promise<{ sizeBytes: number; sha1: string; sha256: string }> {
  await using file = await open(path, 'wx', 0o600)
  const sha1 = createHash('sha1')
  const sha256 = createHash('sha256')
  let sizeBytes = 0
  for await (const chunk of whole(body)) {
    sizeBytes += chunk.length
    if (sizeBytes > largestBytes)
      throw serverError('server/bundle-size', `Bundle is too large: expected at most ${largestBytes} bytes`)
    sha1.update(chunk)
    sha256.update(chunk)
    await file.writeFile(chunk)
  }
  await file.sync()
  return { sizeBytes, sha1: sha1.digest('base64'), sha256: sha256.digest('hex') }
}

/** The end of the connection is the sender's failure, not this server's. */
async function* whole(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* body
  } catch (cause) {
    throw serverError('server/upload-broken', 'Upload ended before the whole bundle was there', { cause })
  }
}

async function syncDir(path: string): Promise<void> {
  await using dir = await open(path)
  await dir.sync()
}

function noSpace(dataDir: string, cause: unknown): Error {
  return serverError('server/no-space', `Cannot store the bundle: the disk of "${dataDir}" is full`, {
    cause,
    hint: 'Make room on the server, then publish again',
  })
}

function incomingDir(dataDir: string): string {
  return join(dirname(packageStore(dataDir)), 'incoming')
}
