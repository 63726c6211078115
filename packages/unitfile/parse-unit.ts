import type { Finding, Position, Severity } from '@afloat/report'
import { unitErrors } from './errors.ts'
import type { UnitEntry, UnitFile, UnitSection } from './unit-file.ts'

export interface UnitIssue extends Finding, Position {
  readonly severity: Severity
}

export interface ParsedEntry extends UnitEntry {
  /** Where the key starts. */
  readonly at: Position
}

export interface ParsedSection extends UnitSection {
  readonly at: Position
  readonly entries: readonly ParsedEntry[]
}

export interface ParsedUnit extends UnitFile {
  readonly sections: readonly ParsedSection[]
  /** Errors are lines systemd would not read; text before the first section is only a warning. */
  readonly issues: readonly UnitIssue[]
}

/**
 * Reads a systemd unit file. Never throws: what cannot be read is an issue, the rest is returned.
 * A backslash at the end of a line joins the next one, comment lines between the two are skipped.
 * Source: systemd.syntax(7)
 */
export function parseUnit(text: string): ParsedUnit {
  const sections: { name: string; at: Position; entries: ParsedEntry[] }[] = []
  const issues: UnitIssue[] = []
  const report = (severity: Severity, at: Position, found: Finding) =>
    issues.push({ severity, ...at, ...found })

  for (const { content, at } of logicalLines(text)) {
    if (content.length > LINE_LIMIT) {
      report('error', at, unitErrors.lineTooLong(LINE_LIMIT))
    } else if (content.startsWith('[')) {
      const name = /^\[([^[\]]+)\]$/.exec(content)?.[1]
      if (name === undefined) report('error', at, unitErrors.badSection(content))
      else sections.push({ name, at, entries: [] })
    } else if (sections.length === 0) {
      report('warning', at, unitErrors.outsideSection(content))
    } else {
      const equals = content.indexOf('=')
      const key = trim(content.slice(0, Math.max(0, equals)))
      if (equals < 0) report('error', at, unitErrors.noEquals(content))
      else if (key === '') report('error', at, unitErrors.noName())
      else sections.at(-1)!.entries.push({ key, value: trim(content.slice(equals + 1)), at })
    }
  }
  return { sections, issues }
}

/** systemd's own limit for one logical line. */
const LINE_LIMIT = 1024 * 1024

interface LogicalLine {
  readonly content: string
  readonly at: Position
}

function* logicalLines(text: string): Generator<LogicalLine> {
  let pieces: string[] = []
  let at: Position = { line: 0, column: 0 }
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n|\r/)
    .entries()) {
    const content = trim(line)
    if (/^[#;]/.test(content)) continue
    if (pieces.length === 0) {
      if (content === '') continue
      at = { line: index + 1, column: leadingSpace(line) + 1 }
    }
    const continued = endsInOddBackslashes(line)
    pieces.push(continued ? line.slice(0, -1) : line)
    if (continued) continue
    yield { content: trim(pieces.join(' ')), at }
    pieces = []
  }
  if (pieces.length > 0) yield { content: trim(pieces.join(' ')), at }
}

function endsInOddBackslashes(line: string): boolean {
  let at = line.length
  while (line[at - 1] === '\\') at--
  return (line.length - at) % 2 === 1
}

/**
 * systemd trims these characters only; a no-break space is part of a value. No regular expression: that takes quadratic
 * time on long runs of spaces.
 */
function trim(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && SPACES.includes(text[start]!)) start++
  while (end > start && SPACES.includes(text[end - 1]!)) end--
  return text.slice(start, end)
}

const SPACES = ' \t\n\r'

function leadingSpace(line: string): number {
  return /^[ \t]*/.exec(line)![0].length
}
