import { AfloatError } from '@afloat/report'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { encodeUtf8 } from './utf8.ts'

/**
 * The bytes of a `data:` URL, base64 or percent-encoded; the media type is ignored.
 * Throws `ignition/bad-data-url`. Source: RFC 2397
 */
export function decodeDataUrl(source: string): Uint8Array {
  const comma = source.indexOf(',')
  if (!/^data:/i.test(source)) throw badDataUrl('it does not start with "data:"')
  if (comma < 0) throw badDataUrl('there is no comma before the data')
  const data = source.slice(comma + 1)
  if (!/;base64$/i.test(source.slice(0, comma))) return decodePercent(data)
  const bytes = decodeBase64(data.includes('%') ? asLatin1(decodePercent(data)) : data)
  if (bytes === undefined)
    throw badDataUrl('the base64 data is incomplete or has a character that is not base64')
  return bytes
}

/** The shorter of the percent-encoded and the base64 form; on a tie the readable one. */
export function encodeDataUrl(bytes: Uint8Array): string {
  const percentLength = bytes.reduce((sum, byte) => sum + (UNRESERVED.has(byte) ? 1 : 3), 1)
  const base64Length = 8 + Math.ceil(bytes.length / 3) * 4
  return base64Length < percentLength ? base64DataUrl(bytes) : `data:,${encodePercent(bytes)}`
}

export function base64DataUrl(bytes: Uint8Array): string {
  return `data:;base64,${encodeBase64(bytes)}`
}

function encodePercent(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    UNRESERVED.has(byte) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('')
}

/** Letters, digits and marks that stand for themselves. Source: RFC 2396, section 2.3 */
const UNRESERVED = new Set(
  encodeUtf8("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()"),
)

function decodePercent(data: string): Uint8Array {
  const bytes = new Uint8Array(data.length)
  let length = 0
  for (let at = 0; at < data.length; at++) {
    const code = data.charCodeAt(at)
    if (code > 0x7f) throw badDataUrl('it has a character that is not ASCII')
    if (code !== PERCENT) {
      bytes[length++] = code
      continue
    }
    const digits = data.slice(at + 1, at + 3)
    if (!/^[0-9a-fA-F]{2}$/.test(digits)) throw badDataUrl(`"%${digits}" is not a percent escape`)
    bytes[length++] = Number.parseInt(digits, 16)
    at += 2
  }
  return bytes.subarray(0, length)
}

const PERCENT = 0x25

function asLatin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}

function badDataUrl(why: string): AfloatError {
  return new AfloatError('ignition/bad-data-url', `Cannot decode data URL: ${why}`)
}
