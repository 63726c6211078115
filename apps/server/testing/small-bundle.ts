import { createHash, generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KeyPair } from '@afloat/build/keys'
import { writeBundle } from '@afloat/build/write-bundle'

/**
 * Writes a bundle in the form of a real one, and with nothing in it that could start: three artefacts of a few hundred
 * KiB whose bytes depend on `version` and `seed`. Returns its path.
 */
export async function writeSmallBundle(
  dir: string,
  version: string,
  options: { seed?: string; signer?: KeyPair; bytes?: number } = {},
): Promise<string> {
  const { seed = '', signer = smallBundleKey(), bytes = 300_000 } = options
  const artefacts: { name: string; path: string }[] = []
  for (const name of ['usr', 'verity', 'uki']) {
    const path = join(dir, `${name}-${version}`)
    await writeFile(path, noise(`${name} ${version} ${seed}`, bytes))
    artefacts.push({ name, path })
  }
  const path = join(dir, `small-${version}${seed}.afloat`)
  const inputs = {
    version,
    kernel: { release: '6.12.0-test', sha256: sha256('kernel') },
    initramfs: { sha256: sha256('initramfs') },
    cmdline: 'console=ttyS0',
    systemd: { version: 257 },
    usrRootHash: sha256(`root ${version} ${seed}`),
    artefacts,
  }
  await writeBundle(inputs, [signer], path)
  return path
}

/** A new key pair; nobody trusts it. */
export function smallBundleKey(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.from((publicKey.export({ format: 'jwk' }) as { x: string }).x, 'base64url')
  const id = createHash('sha256').update(raw).digest('hex').slice(0, 16)
  return { privateKey, publicKey: { raw, id, text: raw.toString('base64') } }
}

/** Half of it can be compressed, half cannot, so that both kinds of frames come about. */
function noise(seed: string, bytes: number): Buffer {
  const parts: Buffer[] = []
  for (let at = 0, i = 0; at < bytes / 2; at += 32, i++)
    parts.push(createHash('sha256').update(`${seed} ${i}`).digest())
  return Buffer.concat([...parts, Buffer.alloc(bytes, seed)]).subarray(0, bytes)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
