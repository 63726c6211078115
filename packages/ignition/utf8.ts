/** UTF-8 bytes of a text; half of a surrogate pair becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3)
  let length = 0
  for (let at = 0; at < text.length; at++) {
    let code = text.codePointAt(at)!
    if (code > 0xffff) at++
    else if (code >= 0xd800 && code <= 0xdfff) code = REPLACEMENT
    if (code < 0x80) bytes[length++] = code
    else {
      const followers = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3
      bytes[length++] = LEADS[followers]! | (code >> (6 * followers))
      for (let left = followers - 1; left >= 0; left--) bytes[length++] = 0x80 | ((code >> (6 * left)) & 0x3f)
    }
  }
  return bytes.subarray(0, length)
}

/** Number of bytes `encodeUtf8` would make. */
export function utf8Length(text: string): number {
  let length = text.length
  for (const [part] of text.matchAll(/[^\x00-\x7f]+/g))
    for (const character of part)
      length += EXTRA_BYTES[character.length]! + (character > '\u07ff' && character.length === 1 ? 1 : 0)
  return length
}

/** Beyond one per UTF-16 unit: a unit outside ASCII takes one or two more, a pair two. */
const EXTRA_BYTES = [0, 1, 2]

/** The text of UTF-8 bytes, or undefined if they are not valid UTF-8 (overlong forms and surrogates are not). */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  let text = ''
  const units: number[] = []
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at++]!
    const followers =
      lead < 0x80 ? 0 : lead < 0xc2 ? -1 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : -1
    if (followers < 0) return undefined
    let code = followers === 0 ? lead : lead & (0x3f >> followers)
    for (let left = followers; left > 0; left--) {
      const byte = bytes[at++]
      if (byte === undefined || (byte & 0xc0) !== 0x80) return undefined
      code = (code << 6) | (byte & 0x3f)
    }
    if (code < SMALLEST[followers]! || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined
    if (code > 0xffff) units.push(0xd7c0 + (code >> 10), 0xdc00 | (code & 0x3ff))
    else units.push(code)
    if (units.length > 8000) text += String.fromCharCode(...units.splice(0))
  }
  return text + String.fromCharCode(...units)
}

const REPLACEMENT = 0xfffd
const LEADS = [0, 0xc0, 0xe0, 0xf0]
const SMALLEST = [0, 0x80, 0x800, 0x10000]

/** The text of bytes that a person could read: UTF-8 without characters that no text has. */
export function decodeText(bytes: Uint8Array): string | undefined {
  const text = decodeUtf8(bytes)
  return text === undefined || NO_TEXT.test(text) ? undefined : text
}

/** Control characters but for tab, line endings, form feed and escape. */
const NO_TEXT = /[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/
