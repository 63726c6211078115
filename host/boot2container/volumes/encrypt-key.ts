import { encodeBase64 } from '@afloat/ignition/base64'
import { encodeUtf8 } from '../../sys/utf8.ts'

const rawKeyLength = 32

/**
 * Returns `encrypt_key` as the client wants it, `alias/path=KEY`. A key without a path is for all of `url`. One of 32
 * characters is taken for the key itself, as earlier clients did; longer ones are base64 or hexadecimal digits.
 */
export function encryptKeyFor(url: string, value: string, aliases: readonly string[]): string {
  const { path = url, key } = splitEncryptKey(value, aliases)
  const digits = key.length === rawKeyLength ? encodeBase64(encodeUtf8(key)) : key
  return `${path}=${digits.replace(/=+$/, '')}`
}

/** Base64 knows "/" and "=" as well: only the path of an S3 server is one. */
export function splitEncryptKey(value: string, aliases: readonly string[]): { path?: string; key: string } {
  const alias = aliases.find((name) => value.startsWith(`${name}/`))
  const separator = alias === undefined ? -1 : value.indexOf('=')
  if (separator < 0) return { key: value }
  return { path: value.slice(0, separator), key: value.slice(separator + 1) }
}
