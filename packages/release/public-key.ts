import { decodeBase64, encodeBase64 } from '@afloat/ignition/base64'

/** What comes before the 32 bytes of an ed25519 key in a SubjectPublicKeyInfo. Source: RFC 8410, section 4 */
const prefix = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]

const armour = /^\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]*)-----END PUBLIC KEY-----\s*$/

/** Reads an ed25519 public key, either base64 of its 32 bytes or PEM. Returns the 32 bytes, or undefined. */
export function parsePublicKey(text: string): Uint8Array | undefined {
  if (text.length > 1024) return undefined
  const pem = armour.exec(text)
  const bytes = decodeBase64((pem?.[1] ?? text).replace(/\s+/g, ''))
  if (bytes === undefined) return undefined
  if (pem === null) return bytes.length === 32 ? bytes : undefined
  const isEd25519 = bytes.length === prefix.length + 32 && prefix.every((byte, at) => bytes[at] === byte)
  return isEd25519 ? bytes.slice(prefix.length) : undefined
}

/** Writes the 32 bytes of an ed25519 public key as PEM, for openssl. */
export function formatPublicKeyPem(raw: Uint8Array): string {
  if (raw.length !== 32)
    throw new RangeError(`Cannot write public key: expected 32 bytes, found ${raw.length}`)
  const body = encodeBase64(Uint8Array.from([...prefix, ...raw]))
  return `-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----\n`
}
