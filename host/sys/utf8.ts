const replacement = 0xfffd

/** Returns the UTF-8 bytes of a text; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const out = new Uint8Array(text.length * 3)
  let end = 0
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i)
    if (code < 0x80) {
      out[end++] = code
      continue
    }
    if (code >= 0xd800 && code < 0xe000) {
      const low = code < 0xdc00 ? text.charCodeAt(i + 1) : Number.NaN
      if (low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)
        i++
      } else {
        code = replacement
      }
    }
    if (code < 0x800) {
      out[end++] = 0xc0 | (code >> 6)
    } else {
      if (code < 0x10000) {
        out[end++] = 0xe0 | (code >> 12)
      } else {
        out[end++] = 0xf0 | (code >> 18)
        out[end++] = 0x80 | ((code >> 12) & 0x3f)
      }
      out[end++] = 0x80 | ((code >> 6) & 0x3f)
    }
    out[end++] = 0x80 | (code & 0x3f)
  }
  return out.slice(0, end)
}

/**
 * Returns the text of UTF-8 bytes. Each maximal bad part becomes one U+FFFD, as in the WHATWG Encoding
 * Standard; a byte order mark is kept.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  const parts: string[] = []
  let units: number[] = []
  let i = 0
  while (i < bytes.length) {
    const first = bytes[i++]!
    if (first < 0x80) {
      units.push(first)
    } else {
      const [size, lowest, highest] = shape(first)
      let code = first & (0xff >> (size + 1))
      let seen = 1
      while (seen < size) {
        const next = bytes[i]
        const from = seen === 1 ? lowest : 0x80
        const to = seen === 1 ? highest : 0xbf
        if (next === undefined || next < from || next > to) break
        code = (code << 6) | (next & 0x3f)
        i++
        seen++
      }
      if (size === 0 || seen < size) code = replacement
      if (code >= 0x10000) {
        units.push(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 0x3ff))
      } else {
        units.push(code)
      }
    }
    if (units.length >= chunk) {
      parts.push(String.fromCharCode(...units))
      units = []
    }
  }
  parts.push(String.fromCharCode(...units))
  return parts.join('')
}

// Small enough to be the arguments of one call in every engine.
const chunk = 4096

/** Length of the sequence that `first` begins and the range of its second byte; length 0 when it begins none. */
function shape(first: number): readonly [number, number, number] {
  if (first >= 0xc2 && first <= 0xdf) return [2, 0x80, 0xbf]
  if (first >= 0xe0 && first <= 0xef) return [3, first === 0xe0 ? 0xa0 : 0x80, first === 0xed ? 0x9f : 0xbf]
  if (first >= 0xf0 && first <= 0xf4) return [4, first === 0xf0 ? 0x90 : 0x80, first === 0xf4 ? 0x8f : 0xbf]
  return [0, 0, 0]
}
