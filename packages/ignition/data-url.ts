import { AfloatError } from '@afloat/report'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { encodeUtf8 } from './utf8.ts'

/**
 * The bytes of a `data:` URL, base64 or percent-encoded; the media type is ignored.
 * Throws `ignition/bad-data-url`. Source: RFC 2397
 */
export function decodeDataUrl(source: string): Uint8Array {
  const comma = source.indexOf(',')
  if (!/^data:/i.test(source)) throw badDataUrl('missing data prefix')
  if (comma < 0) throw badDataUrl('missing comma before data')
  const data = source.slice(comma + 1)
  if (!/;base64$/i.test(source.slice(0, comma))) return decodePercent(data)
  const bytes = decodeBase64(data.includes('%') ? asLatin1(decodePercent(data)) : data)
  if (bytes === undefined) throw badDataUrl(base64Problem(data))
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
    if (code > 0x7f) throw badDataUrl('invalid data character')
    if (code !== PERCENT) {
      bytes[length++] = code
      continue
    }
    const digits = data.slice(at + 1, at + 3)
    if (!/^[0-9a-fA-F]{2}$/.test(digits)) throw badDataUrl(escapeProblem(digits))
    bytes[length++] = Number.parseInt(digits, 16)
    at += 2
  }
  return bytes.subarray(0, length)
}

const PERCENT = 0x25

function asLatin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}

function escapeProblem(digits: string): string {
  const isCut = /^[0-9a-fA-F]?$/.test(digits)
  return isCut
    ? 'rfc2396: unexpected end of unescape sequence'
    : 'rfc2396: invalid char 0x25 in unescape sequence'
}

/** What is wrong with base64 that does not decode, and after how many characters. */
function base64Problem(data: string): string {
  if (/[^A-Za-z0-9+/=]/.test(data)) return 'invalid data character'
  const padding = data.indexOf('=')
  let at = padding
  if (padding < 0) at = data.length - (data.length % 4)
  else if (padding % 4 === 3) at = padding + 1
  else if (padding % 4 === 2) at = data[padding + 1] === '=' ? padding + 2 : padding + 1
  return `illegal base64 data at input byte ${at}`
}

/** In the reference program's words. */
function badDataUrl(why: string): AfloatError {
  return new AfloatError('ignition/bad-data-url', `Cannot decode data URL: ${why}`)
}
