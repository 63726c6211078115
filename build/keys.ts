import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { parsePublicKey, releaseError } from '@afloat/release'
import { cached } from './cache.ts'

/** An ed25519 public key, as configs name it. */
export type PublicKey = {
  /** The 32 bytes. */
  readonly raw: Uint8Array
  /** The first 16 hexadecimal digits of their SHA-256. */
  readonly id: string
  /** The 32 bytes as base64: what goes into a config. */
  readonly text: string
}

export type KeyPair = { readonly privateKey: KeyObject; readonly publicKey: PublicKey }

/**
 * Makes a key pair and writes it as `NAME.key` (PKCS #8, for its owner alone) and `NAME.pub` (SPKI), both PEM.
 * Throws `release/key-exists` when one of the files is there: a lost key cannot be made again.
 */
export async function generateKey(name: string): Promise<PublicKey> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  for (const path of [`${name}.key`, `${name}.pub`]) if (existsSync(path)) throw keyExists(path)
  await mkdir(dirname(name), { recursive: true })
  await writeNew(`${name}.key`, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, 0o600)
  await writeNew(`${name}.pub`, publicKey.export({ type: 'spki', format: 'pem' }) as string, 0o644)
  return publicKeyOf(publicKey)
}

/** The key of this computer for trying things out, made when first asked for; it lives in the cache. */
export async function ensureDevelopmentKey(): Promise<KeyPair & { publicPath: string }> {
  const dir = await cached('keys', 'development', async (partial) => {
    await generateKey(join(partial, 'release'))
  })
  return { ...(await loadPrivateKey(join(dir, 'release.key'))), publicPath: join(dir, 'release.pub') }
}

/** Reads a private key. Throws `release/bad-key`. */
export async function loadPrivateKey(path: string): Promise<KeyPair> {
  const text = await readKey(path)
  try {
    const privateKey = createPrivateKey(text)
    if (privateKey.asymmetricKeyType === 'ed25519')
      return { privateKey, publicKey: publicKeyOf(createPublicKey(privateKey)) }
  } catch {
    // said below
  }
  throw releaseError('release/bad-key', `Cannot sign with "${path}": it is no ed25519 private key`, {
    hint: 'Make a pair: afloat key generate --output NAME; then pass NAME.key',
  })
}

/** Reads a public key from a file: PEM, or base64 of the 32 bytes. Throws `release/bad-key`. */
export async function loadPublicKey(path: string): Promise<PublicKey> {
  const raw = parsePublicKey(await readKey(path))
  if (raw !== undefined) return describe(raw)
  throw releaseError('release/bad-key', `Cannot verify with "${path}": it is no ed25519 public key`, {
    hint: 'Pass the .pub file of the pair that the release was signed with',
  })
}

function publicKeyOf(key: KeyObject): PublicKey {
  return describe(
    Uint8Array.from(Buffer.from((key.export({ format: 'jwk' }) as { x: string }).x, 'base64url')),
  )
}

function describe(raw: Uint8Array): PublicKey {
  const id = createHash('sha256').update(raw).digest('hex').slice(0, 16)
  return { raw, id, text: Buffer.from(raw).toString('base64') }
}

async function readKey(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw releaseError('release/bad-key', `Cannot read key "${path}": ${(cause as Error).message}`, {
      cause,
      hint: 'Make a pair: afloat key generate --output NAME',
    })
  }
}

/** The file is there whole or not at all, and never takes the place of another. */
async function writeNew(path: string, text: string, mode: number): Promise<void> {
  const partial = join(dirname(path), `.${basename(path)}.partial-${process.pid}`)
  await rm(partial, { force: true })
  try {
    const file = await open(partial, 'wx', mode)
    await file.writeFile(text)
    await file.chmod(mode)
    await file.sync()
    await file.close()
    await link(partial, path).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST' ? keyExists(path) : error
    })
  } finally {
    await rm(partial, { force: true })
  }
}

function keyExists(path: string): Error {
  return releaseError('release/key-exists', `Cannot write key: "${path}" exists`, {
    hint: 'Choose another name; to replace a key, give machines the new one before the old one is taken away',
  })
}
