import { decodeBase64, encodeBase64 } from '@afloat/ignition/base64'
import { formatPublicKeyPem, parsePublicKey } from '@afloat/release/public-key'
import type { Draft } from './draft.ts'
import { readErrors as errors } from './errors.ts'
import type { Located } from './located.ts'

/**
 * A key that images are signed with, as PEM: written as base64 of its SubjectPublicKeyInfo, which is the text of a .pub
 * file between the lines with dashes, or of the 32 bytes of an ed25519 key. A key that cannot be read is kept as it is
 * written: it verifies nothing, whereas without any key nothing would be verified.
 */
export function readImageKey(draft: Draft, value: Located): string {
  const body = bodyOf(value.text)
  const bytes = decodeBase64(body)
  if (bytes?.length === 32) return formatPublicKeyPem(bytes)
  if (bytes && isPublicKeyInfo(bytes)) return formatPem(body)
  draft.error(value.spot(), errors.badKey('b2c.image_key', 'base64 of a SubjectPublicKeyInfo'))
  return value.text
}

/** The base64 that `readImageKey` reads. */
export function formatImageKey(key: string): string {
  return key.startsWith(BEGIN) ? bodyOf(key) : key
}

const BEGIN = '-----BEGIN PUBLIC KEY-----'

function bodyOf(text: string): string {
  return text.replaceAll(/-----[A-Z ]+-----|\s+/g, '')
}

/** A sequence that starts with a sequence; that of a private key starts with a number. Source: RFC 5280, section 4.1 */
function isPublicKeyInfo(bytes: Uint8Array): boolean {
  const lengthBytes = bytes[1]! < 0x80 ? 1 : (bytes[1]! & 0x7f) + 1
  return bytes.length > 40 && bytes[0] === 0x30 && bytes[1 + lengthBytes] === 0x30
}

function formatPem(body: string): string {
  return `${BEGIN}\n${(body.match(/.{1,64}/g) ?? []).join('\n')}\n-----END PUBLIC KEY-----\n`
}

/** A key that extra arguments are signed with, as base64 of its 32 bytes; one that cannot be read stays likewise. */
export function readArgumentsKey(draft: Draft, value: Located): string {
  const body = bodyOf(value.text)
  const raw = parsePublicKey(body) ?? parsePublicKey(formatPem(body))
  if (raw) return encodeBase64(raw)
  draft.error(value.spot(), errors.badKey('b2c.extra_args_key', 'base64 of an ed25519 key'))
  return value.text
}
