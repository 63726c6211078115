import { LARGEST_CONFIG, utf8Length } from '@afloat/ignition'
import { type Finding, LineIndex, Report } from '@afloat/report'
import { type Document, Lexer, type ParsedNode } from 'yaml'
import { butaneErrors } from '../errors.ts'
import { convertDocument } from '../yaml/convert-document.ts'
import { composeYaml } from '../yaml/parse-yaml.ts'
import { formatErrors as errors } from './errors.ts'
import { openLongCollections } from './open-collections.ts'
import { sameContents } from './same-contents.ts'
import { textTag } from './text-tag.ts'

export interface FormattedYaml {
  /** Undefined if the report has errors. */
  readonly text: string | undefined
  readonly report: Report
}

/**
 * Rewrites YAML in one form: two spaces of indentation, double quotes, braces only around what is short. Comments, single empty lines and the
 * order of keys stay, and so does how numbers and words are written. Formatting twice changes nothing more. Never
 * throws for what the file holds; whether a variant allows it is not looked at.
 */
export function formatYaml(text: string, options: { fileName?: string } = {}): FormattedYaml {
  const report = new Report()
  const source = text.replace(/^\ufeff/, '')
  const fail = (found: Finding, offset: number): FormattedYaml => {
    const file = options.fileName === undefined ? {} : { file: options.fileName }
    const issue = { severity: 'error', ...found, path: [], offset } as const
    report.addIssue(issue, { lines: new LineIndex(source), ...file })
    return { text: undefined, report }
  }
  if (source.length > LARGEST_CONFIG || utf8Length(source) > LARGEST_CONFIG)
    return fail(butaneErrors.tooLarge(LARGEST_CONFIG / 1024 / 1024), 0)

  let current = source
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const formatted = formatOnce(current)
    if ('found' in formatted) return fail(formatted.found, round === 0 ? formatted.offset : 0)
    if (formatted.text === current && round > 0) return { text: current, report }
    current = formatted.text
  }
  return fail(errors.changes(), 0)
}

/** A comment that moves may need another round. */
const MOST_ROUNDS = 5

function formatOnce(text: string): { text: string } | { found: Finding; offset: number } {
  const composed = composeYaml(text, [textTag])
  if ('problems' in composed) return composed.problems[0]!
  const { document } = composed
  if (document === undefined || document.contents === null) return { text: trimLines(text) }
  const second = secondDocument(text, document)
  if (second !== undefined) return { found: errors.severalDocuments(), offset: second }
  const before = convertDocument(document.contents as ParsedNode, text)
  if ('problems' in before) return before.problems[0]!

  openLongCollections(document.contents, text)
  const formatted =
    document.toString({ lineWidth: 0, flowCollectionPadding: false }) + tailComments(text, document)
  const again = composeYaml(formatted)
  const after =
    'problems' in again
      ? again
      : convertDocument((again.document?.contents ?? null) as ParsedNode | null, formatted)
  // The library keeps what it promises, as far as is known. A config is too precious to rely on it.
  const isSame =
    'root' in before &&
    'root' in after &&
    sameContents(before.root, after.root) &&
    comments(text).toSorted().join('\n') === comments(formatted).toSorted().join('\n')
  return isSame ? { text: formatted } : { found: errors.changes(), offset: 0 }
}

/** Nothing but comments and empty lines. */
function trimLines(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const body = lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
  return body === '' ? '' : `${body}\n`
}

/** Comments behind the mark that ends the document. */
function tailComments(text: string, document: Document.Parsed): string {
  return comments(text.slice(document.range[2]))
    .map((comment) => `${comment}\n`)
    .join('')
}

/** Where text stands after the end of the document. */
function secondDocument(text: string, document: Document.Parsed): number | undefined {
  const end = document.range[2]
  const rest = /^(?:\s|#.*|\.\.\.(?=\s|$))*/.exec(text.slice(end))![0]
  return end + rest.length < text.length ? end + rest.length : undefined
}

function comments(text: string): string[] {
  const lexemes = Array.from(new Lexer().lex(text))
  return lexemes.filter((lexeme) => lexeme.startsWith('#')).map((lexeme) => lexeme.trim())
}
