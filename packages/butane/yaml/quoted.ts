/** Whether a text of any number of lines can stand in YAML without escapes. */
export function isPrintable(text: string): boolean {
  return !UNPRINTABLE.test(text)
}

/**
 * A text in quotes, on one line: single ones where double ones would need escapes only for themselves. YAML 1.1 and 1.2 read
 * it alike.
 */
export function quoted(text: string): string {
  const needsEscapes = !isPrintable(text) || /[\t\n]/.test(text)
  if (!needsEscapes && /["\\]/.test(text)) return `'${text.replaceAll("'", "''")}'`
  return `"${Array.from(text, escaped).join('')}"`
}

function escaped(character: string): string {
  const short = SHORT_ESCAPES[character]
  if (short !== undefined) return short
  if (!UNPRINTABLE.test(character)) return character
  const code = character.codePointAt(0)!
  const hex = code.toString(16)
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** What YAML cannot hold as it is, breaks lines at in one version only, or what would hide text from a reader. */
const UNPRINTABLE =
  /[^\t\n\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u
