import type { Finding } from '@afloat/report'
import { type Document, visit, type YAMLError } from 'yaml'
import { butaneErrors as errors } from '../errors.ts'

/** Returns an error of the YAML library in our words, with what to do about it and the place to look at. */
export function explainYamlError(
  error: YAMLError,
  document: Document.Parsed | Document,
  text: string,
): { found: Finding; offset: number } {
  const known = KNOWN.find(([start]) => error.message.startsWith(start))
  const found = known
    ? errors.badYaml(known[1], known[2])
    : errors.badYaml(wording(error.message), HINTS[error.code])
  return { found, offset: offsetOf(error, document, text) }
}

/** An open quote is shown where it opens, not at the end of the text; a bad line at its first character. */
function offsetOf(error: YAMLError, document: Document.Parsed | Document, text: string): number {
  const [at] = error.pos
  if (error.code === 'TAB_AS_INDENT') return at
  let offset = at
  if (error.message.startsWith('Missing closing'))
    visit(document, {
      Scalar(_, { type, range }) {
        if (type?.startsWith('QUOTE') && range && range[1] >= at) offset = range[0]
      },
    })
  while (text[offset] === ' ') offset++
  return offset
}

function wording(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1).replace(/[.:]$/, '')
}

const SAME_INDENT = 'Give all entries of a mapping or list the same indentation'

/** By how the message of the library starts. */
const KNOWN: readonly (readonly [start: string, problem: string, hint: string])[] = [
  [
    'Implicit keys need to be on a single line',
    'expected "key: value"',
    'Put ":" and a space between the key and its value',
  ],
  [
    'Missing closing "quote',
    'quote is not closed',
    'Close it, or put "\\" before quotes that belong to the text',
  ],
  ["Missing closing 'quote", 'quote is not closed', "Close it, or double quotes that belong to the text: ''"],
  ['Sequence item without - indicator', 'line does not align with the entries above it', SAME_INDENT],
]

/** By the error code of the library. */
const HINTS: Readonly<Record<string, string | undefined>> = {
  BAD_INDENT: SAME_INDENT,
  BLOCK_AS_IMPLICIT_KEY: 'Put nested entries on lines of their own, or put the value in quotes',
  MISSING_CHAR: 'Close the quote or bracket, or put the value in quotes',
  TAB_AS_INDENT: 'Indent with spaces',
  UNEXPECTED_TOKEN: 'Put the value in quotes',
}
