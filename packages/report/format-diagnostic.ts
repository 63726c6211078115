import type { Diagnostic } from './diagnostic.ts'
import { displayWidth } from './display-width.ts'
import { BLUE, CYAN, painter, SEVERITY_COLORS, visible } from './terminal.ts'
import { wordLength } from './word-length.ts'

/**
 * Prints a diagnostic for a person: `file:line:column`, the message, the source line with a caret below the
 * offending word, and the hint. Without the source, or where the position is unknown, only the words. Ends in a newline.
 */
export function formatDiagnostic(
  diagnostic: Diagnostic,
  source?: string,
  options: { color?: boolean } = {},
): string {
  const paint = painter(options.color)
  const place = [
    diagnostic.file,
    diagnostic.line || undefined,
    diagnostic.line ? diagnostic.column : undefined,
  ]
  const where = place.filter((part) => part !== undefined).join(':')
  const severity = paint(diagnostic.severity, SEVERITY_COLORS[diagnostic.severity])
  const lines = [`${where}${where ? ': ' : ''}${severity}: ${diagnostic.message} (${diagnostic.code})`]

  const excerpt = source === undefined ? undefined : cutExcerpt(source, diagnostic)
  if (excerpt) {
    const number = String(diagnostic.line)
    const bar = paint('|', BLUE)
    lines.push(`  ${paint(number, BLUE)} ${bar} ${excerpt.text}`)
    lines.push(`  ${' '.repeat(number.length)} ${bar} ${excerpt.padding}${paint(excerpt.caret, BLUE)}`)
  }
  if (diagnostic.hint !== undefined) lines.push(`  ${paint('hint', CYAN)}: ${diagnostic.hint}`)
  return `${lines.join('\n')}\n`
}

/** Longest piece of a source line to show, in characters; a data URL is one line. */
const EXCERPT_LENGTH = 100
const TAB = '    '

function cutExcerpt(source: string, { line, column }: Diagnostic) {
  const text = nthLine(source, line)
  const at = column - 1
  if (text === undefined || at < 0) return undefined
  const from = at > EXCERPT_LENGTH * 0.75 ? at - EXCERPT_LENGTH / 2 : 0
  const start = offsetOf(text, from, 0)
  const word = start === undefined ? undefined : offsetOf(text, at - from, start)
  if (start === undefined || word === undefined) return undefined

  const characters = firstCharacters(text, start, EXCERPT_LENGTH)
  const wordEnd = Math.min(
    characters.length,
    at - from + wordLength(firstCharacters(text, word, EXCERPT_LENGTH).join('')),
  )
  const shown = characters.map(printable)
  const lead = from > 0 ? '…' : ''
  const tail = start + characters.join('').length < text.length ? '…' : ''
  return {
    text: `${lead}${shown.join('')}${tail}`,
    padding: ' '.repeat(lead.length + width(shown.slice(0, at - from))),
    caret: '^'.repeat(Math.max(1, width(shown.slice(at - from, wordEnd)))),
  }
}

/** Where a text goes on after so many characters; undefined past its end. A line may be 10 MB: it is not split. */
function offsetOf(text: string, count: number, from: number): number | undefined {
  let at = from
  for (let left = count; left > 0; left--) {
    if (at >= text.length) return undefined
    at += text.codePointAt(at)! > 0xffff ? 2 : 1
  }
  return at
}

function firstCharacters(text: string, from: number, count: number): string[] {
  return Array.from(text.slice(from, from + 2 * count)).slice(0, count)
}

/** The line without its ending, or undefined past the end. Does not split the whole text: it may be 10 MB. */
function nthLine(source: string, line: number): string | undefined {
  let start = 0
  for (let at = 1; at < line; at++) {
    const end = source.indexOf('\n', start)
    if (end < 0) return undefined
    start = end + 1
  }
  if (line < 1) return undefined
  const end = source.indexOf('\n', start)
  return source.slice(start, end < 0 ? undefined : end).replace(/\r$/, '')
}

function printable(character: string): string {
  return character === '\t' ? TAB : visible(character)
}

function width(characters: readonly string[]): number {
  return characters.reduce(
    (sum, character) => sum + (character === TAB ? TAB.length : displayWidth(character)),
    0,
  )
}
