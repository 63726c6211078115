import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { formatSignedArguments, parseSignedArguments } from '@afloat/boot2container'
import { decodeBase64 } from '@afloat/ignition'
import { formatPublicKeyPem } from '@afloat/release/public-key'
import { loadPrivateKey } from './keys.ts'

/** A private key that has been read. */
export interface ArgumentsSigner {
  /** Base64 of the 32 bytes of its public half. */
  readonly publicKey: string
  sign(file: string): string
}

/** Reads a private key. Throws `release/bad-key`. */
export async function loadSigner(path: string): Promise<ArgumentsSigner> {
  const { privateKey, publicKey } = await loadPrivateKey(path)
  return { publicKey: publicKey.text, sign: (file) => signArguments(file, privateKey) }
}

/** Signs extra arguments for boot2container; a signature that is there already is replaced. */
export function signArguments(file: string, privateKey: KeyObject): string {
  const { text } = parseSignedArguments(file)
  const ended = text === '' || text.endsWith('\n') ? text : `${text}\n`
  return formatSignedArguments(ended, sign(null, Buffer.from(ended), privateKey))
}

/** Whether extra arguments are signed by one of these keys, each base64 of its 32 bytes. */
export function areArgumentsSigned(file: string, publicKeys: readonly string[]): boolean {
  const { text, signature } = parseSignedArguments(file)
  if (signature === undefined) return false
  return publicKeys.some((key) => {
    const raw = decodeBase64(key)
    if (raw?.length !== 32) return false
    return verify(null, Buffer.from(text), createPublicKey(formatPublicKeyPem(raw)), signature)
  })
}
