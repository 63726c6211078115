import type { Diagnostic } from './diagnostic.ts'
import { displayWidth } from './display-width.ts'
import { formatRaw } from './format-raw.ts'
import { BLUE, painter, SEVERITY_COLORS, visible } from './terminal.ts'

/**
 * Prints a diagnostic in the layout of the reference program: two lines of context on each side, the message behind
 * the carets, no hint. Without a position in `lines` it is one raw line. Ends in a newline.
 *
 * Three things are not as there: carets count columns instead of bytes, control characters are shown as dots, and
 * lines of more than a thousand characters are cut.
 */
export function formatReference(
  diagnostic: Diagnostic,
  lines: readonly string[],
  options: { color?: boolean } = {},
): string {
  const { severity, path, file = '', line, column, message } = diagnostic
  const from = Math.max(1, line - CONTEXT)
  const shown = lines.slice(from - 1, line + CONTEXT)
  const marked = Array.from(lines[line - 1] ?? '')
  if (line < 1 || column < 1 || column > marked.length) return formatRaw(diagnostic)

  const paint = painter(options.color)
  const gutter = String(from + shown.length - 1).length
  const bar = ` ${' '.repeat(gutter)} |`
  const start = column <= LONGEST_LINE ? 0 : column - LONGEST_LINE / 2
  const output = [
    `${paint(severity, SEVERITY_COLORS[severity])}${path === '' || path === '$' ? '' : `[${path}]`}:`,
    `  ${paint('-->', BLUE)} ${file}:${line}:${column}`,
    bar,
  ]
  for (const [index, text] of shown.entries()) {
    const number = from + index
    const isMarked = number === line
    output.push(` ${paint(String(number).padStart(gutter), BLUE)} | ${cut(text, isMarked ? start : 0)}`)
    if (!isMarked) continue
    const before = marked.slice(start, column - 1).map((character) => blank(character))
    const lead = start > 0 ? ' ' : ''
    output.push(`${bar} ${lead}${before.join('')}${paint(carets(marked, column - 1), BLUE)} ${message}`)
  }
  return `${output.join('\n')}\n${bar}\n`
}

/** Lines shown above and below. */
const CONTEXT = 2
const LONGEST_LINE = 1000

function cut(line: string, start: number): string {
  const end = /\r?$/.exec(line)![0]
  const characters = Array.from(line.slice(0, line.length - end.length))
  const piece = characters.slice(start, start + LONGEST_LINE)
  const rest = start + LONGEST_LINE < characters.length ? '…' : ''
  const text = piece.map((character) => (character === '\t' ? character : visible(character))).join('')
  return `${start > 0 ? '…' : ''}${text}${rest}${end}`
}

/** As wide as the character; a tab stays one. */
function blank(character: string): string {
  return character === '\t' ? character : ' '.repeat(displayWidth(character))
}

/** Below the characters from `at` to the next white space. */
function carets(line: readonly string[], at: number): string {
  const end = line.findIndex((character, index) => index >= at && /[\s\x85]/.test(character))
  const word = line.slice(at, Math.min(end < 0 ? line.length : end, at + LONGEST_LINE))
  return '^'.repeat(word.reduce((sum, character) => sum + displayWidth(character), 0))
}
