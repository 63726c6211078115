import { type PlacedWord, placeWords } from '@afloat/cmdline'
import type { Finding, Severity } from '@afloat/report'
import type { PipelineConfig } from './config.ts'
import { readErrors as errors } from './errors.ts'
import { Located } from './located.ts'
import { type Parameter, readParameters } from './read-parameters.ts'

/** Where something stands: in the kernel command line, or in the extra arguments. */
export interface Place {
  readonly in: 'cmdline' | 'extra-arguments'
  /** UTF-16 units from the start of that text. */
  readonly offset: number
}

export interface PlacedFinding extends Finding, Place {
  /** What cannot be read is an error; the parameter then does nothing, or does what is safer. */
  readonly severity: Severity
}

export interface ParsedPipeline {
  readonly config: PipelineConfig
  /** In the order of the text. */
  readonly findings: readonly PlacedFinding[]
  /** Finds where a path of `config` was read, or the nearest above it; undefined for a default. */
  place(path: readonly (string | number)[]): Place | undefined
  /** What must not be printed: ranges of one text each. */
  readonly secrets: readonly (Place & { readonly length: number })[]
}

/** Of the extra arguments, in characters: so much is read in seconds, whatever it is. */
export const LONGEST_EXTRA_ARGUMENTS = 64 * 1024

/**
 * Reads the `b2c.` parameters of a kernel command line and of the extra arguments that were downloaded for it. Never
 * throws: what cannot be read is a finding.
 */
export function parsePipeline(cmdline: string, more = ''): ParsedPipeline {
  // One row of spots: the command line, its end, the extra arguments, their end.
  const start = cmdline.length + 1
  const placeOf = (spot: number): Place =>
    spot < start ? { in: 'cmdline', offset: spot } : { in: 'extra-arguments', offset: spot - start }
  const extra = more.slice(0, LONGEST_EXTRA_ARGUMENTS)
  const words = [...placed(cmdline, 0, false), ...placed(extra, start, true)]

  const draft = readParameters(words.flatMap(parameterOf))
  const { config, findings, secretSpots } = draft
  for (const { word, spot } of words) if (word.unclosed) draft.warn(spot, errors.unclosedQuote())
  if (more.length > extra.length) draft.error(start + extra.length, errors.tooLong(LONGEST_EXTRA_ARGUMENTS))
  return {
    config,
    findings: findings
      .toSorted((a, b) => a.spot - b.spot)
      .map(({ spot, ...found }) => ({ ...found, ...placeOf(spot) })),
    place: (path) => {
      const spot = draft.spotOf(path)
      return spot === undefined ? undefined : placeOf(spot)
    },
    secrets: secretSpots.map(({ from, to }) => ({ ...placeOf(from), length: to - from })),
  }
}

interface Word {
  readonly word: PlacedWord
  readonly spot: number
  readonly start: number
  readonly isExtra: boolean
}

function placed(text: string, start: number, isExtra: boolean): Word[] {
  return placeWords(text).map((word) => ({ word, spot: start + word.offsets[0]!, start, isExtra }))
}

/** A word is a parameter if it looks like one of ours; the kernel and others have theirs. */
function parameterOf({ word, spot, start, isExtra }: Word): Parameter[] {
  const { text, offsets } = word
  const at = text.indexOf('=')
  const name = at < 0 ? text : text.slice(0, at)
  if (!name.startsWith('b2c.')) return []
  const value = new Located(text, (index) => start + offsets[Math.min(index, text.length)]!).slice(at + 1)
  return [{ name, spot, isExtra, ...(at < 0 ? {} : { value }) }]
}

/** The same text with an asterisk for each character that must not be printed. */
export function redact(
  text: string,
  secrets: ParsedPipeline['secrets'],
  which: Place['in'] = 'cmdline',
): string {
  let redacted = text
  for (const { in: where, offset, length } of secrets)
    if (where === which)
      redacted = redacted.slice(0, offset) + '*'.repeat(length) + redacted.slice(offset + length)
  return redacted
}
