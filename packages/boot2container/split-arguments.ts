import type { Located } from './located.ts'

export type SplitArguments =
  | { readonly args: string[] /** Where each starts. */; readonly spots: number[] }
  | { readonly unclosedAt: number }

/**
 * Splits text into arguments as a POSIX shell splits words, without expanding anything: blanks separate, single and
 * double quotes group, a backslash takes the next character as it is, `$'…'` knows the escapes of C. `unclosedAt` is the
 * spot of a quote that is not closed.
 * Source: POSIX.1-2024, Shell Command Language, 2.2 Quoting
 */
export function splitArguments(value: Located): SplitArguments {
  const { text } = value
  const args: string[] = []
  const spots: number[] = []
  let isOpen = false
  for (let at = 0; at < text.length; ) {
    const piece = readPiece(text, at)
    if (piece === 'unclosed') return { unclosedAt: value.spot(at) }
    if (!piece.ends && !isOpen) {
      args.push('')
      spots.push(value.spot(at))
    }
    isOpen = !piece.ends
    if (isOpen) args[args.length - 1] += piece.text
    at += piece.length
  }
  return { args, spots }
}

/** Characters that a shell would do more with than this does. Quoted or not: it is about what people expect. */
export const SHELL_SYNTAX = /(?<![\\$])\$[\w{(]|`|^[|&;<>]+$|^\d?[<>]/

interface Piece {
  readonly text: string
  /** Of what was read, quotes included. */
  readonly length: number
  /** Whether it separates words. */
  readonly ends: boolean
}

/** Sticky: the text may be long, and is not copied. */
const QUOTED: readonly { start: string; whole: RegExp; unquote(inner: string): string }[] = [
  { start: "$'", whole: /\$'((?:[^'\\]|\\.)*)'/sy, unquote: unescapeC },
  { start: "'", whole: /'([^']*)'/y, unquote: (inner) => inner },
  {
    start: '"',
    whole: /"((?:[^"\\]|\\.)*)"/sy,
    unquote: (inner) => inner.replaceAll(/\\([$`"\\\n])/g, (_, next: string) => (next === '\n' ? '' : next)),
  },
]
const BLANKS = /[ \t\n]+/y
const PLAIN = /(?:[^ \t\n'"\\$]|\$(?!'))+/y

function readPiece(text: string, at: number): Piece | 'unclosed' {
  const blanks = match(BLANKS, text, at)
  if (blanks) return { text: '', length: blanks[0].length, ends: true }
  for (const { start, whole, unquote } of QUOTED) {
    if (!text.startsWith(start, at)) continue
    const found = match(whole, text, at)
    return found ? { text: unquote(found[1]!), length: found[0].length, ends: false } : 'unclosed'
  }
  if (text[at] === '\\') {
    const next = text[at + 1] ?? '\\' // a last one stands for itself
    return { text: next === '\n' ? '' : next, length: 2, ends: false }
  }
  const plain = match(PLAIN, text, at)![0]
  return { text: plain, length: plain.length, ends: false }
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

function unescapeC(inner: string): string {
  return inner.replaceAll(
    /\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|(.))/gs,
    (_, hex?: string, octal?: string, letter?: string) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
      return ESCAPES[letter!] ?? (/['"\\?]/.test(letter!) ? letter! : `\\${letter}`)
    },
  )
}
