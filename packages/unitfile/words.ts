import { AfloatError } from '@afloat/report'

/**
 * Writes words so that systemd and Quadlet read back exactly these: quoted where needed, `%` and `$` doubled, because
 * both would be replaced otherwise. Throws `unitfile/unwritable` for a word with a NUL character.
 * Source: systemd.service(5) "Command lines", systemd.unit(5) "Specifiers"
 */
export function formatWords(words: readonly string[]): string {
  return words.map(formatWord).join(' ')
}

export function formatWord(word: string): string {
  if (word.includes('\0'))
    throw new AfloatError('unitfile/unwritable', 'Cannot write a word with a NUL character')
  const doubled = word.replaceAll(/[%$]/g, '$&$&')
  if (/^[^\s"'\\;\x00-\x1f\x7f]+$/.test(doubled)) return doubled
  return `"${doubled.replaceAll(/["\\\x00-\x1f\x7f]/g, escapeCharacter)}"`
}

function escapeCharacter(character: string): string {
  const short = SHORT_ESCAPES[character]
  return short ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
}

const SHORT_ESCAPES: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/**
 * Splits a command line into words at white space; quotes group, a backslash takes the next character as it is.
 * `$` and `%` have no meaning here. Undefined if a quote is not closed.
 */
export function splitWords(text: string): string[] | undefined {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (quote !== "'" && character === '\\' && at + 1 < text.length) word = (word ?? '') + text[++at]
    else if (quote !== '') {
      if (character === quote) quote = ''
      else word += character
    } else if (character === '"' || character === "'") {
      quote = character
      word ??= ''
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + character
  }
  if (quote !== '') return undefined
  if (word !== undefined) words.push(word)
  return words
}
