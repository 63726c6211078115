const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const VALUES = new Int8Array(128).fill(-1)
for (const [value, character] of [...ALPHABET].entries()) VALUES[character.charCodeAt(0)] = value

/** Standard alphabet with padding. Source: RFC 4648, section 4 */
export function encodeBase64(bytes: Uint8Array): string {
  const parts: string[] = []
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at
    const group = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    text += ALPHABET[group >> 18]! + ALPHABET[(group >> 12) & 63]!
    text += left > 1 ? ALPHABET[(group >> 6) & 63]! : '='
    text += left > 2 ? ALPHABET[group & 63]! : '='
    if (text.length > 8000) {
      parts.push(text)
      text = ''
    }
  }
  return parts.join('') + text
}

/** Undefined for anything but complete, padded base64; `ignoreSpace` allows white space (YAML folds it). */
export function decodeBase64(text: string, options: { ignoreSpace?: boolean } = {}): Uint8Array | undefined {
  const compact = options.ignoreSpace ? text.replaceAll(/\s+/g, '') : text
  if (compact.length % 4 !== 0) return undefined
  const padding = compact.endsWith('==') ? 2 : compact.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((compact.length / 4) * 3)
  const codes = compact.length - padding
  // Whole groups of four first: on the host this runs in an interpreter.
  let invalid = 0
  let length = 0
  let at = 0
  for (; at + 4 <= codes; at += 4) {
    const group =
      (valueAt(compact, at) << 18) |
      (valueAt(compact, at + 1) << 12) |
      (valueAt(compact, at + 2) << 6) |
      valueAt(compact, at + 3)
    invalid |= group
    bytes[length++] = group >> 16
    bytes[length++] = group >> 8
    bytes[length++] = group
  }
  if (at < codes) {
    const third = at + 2 < codes ? valueAt(compact, at + 2) : 0
    const group = (valueAt(compact, at) << 18) | (valueAt(compact, at + 1) << 12) | (third << 6)
    invalid |= group
    bytes[length++] = group >> 16
    bytes[length++] = group >> 8
  }
  return invalid < 0 ? undefined : bytes.subarray(0, bytes.length - padding)
}

/** Negative for what is not base64. */
function valueAt(text: string, at: number): number {
  return VALUES[text.charCodeAt(at)] ?? -1
}
