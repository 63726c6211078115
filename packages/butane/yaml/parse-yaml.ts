import type { SourceNode } from '@afloat/ignition'
import type { Finding } from '@afloat/report'
import {
  Composer,
  type CST,
  type Document,
  Lexer,
  type ParsedNode,
  Parser,
  type ScalarTag,
  type Tags,
} from 'yaml'
import { butaneErrors as errors } from '../errors.ts'
import { convertDocument } from './convert-document.ts'
import { explainYamlError } from './explain-yaml-error.ts'

/** So many pieces (words, marks, white space) may a text have: about 30,000 lines. Each takes half a kilobyte. */
const MOST_PIECES = 250_000

/** Deepest nesting that is read. The recursion of everything that follows is bounded by it. */
export const DEEPEST = 100

export type ParsedYaml =
  | { readonly root: SourceNode | undefined }
  | { readonly problems: readonly { readonly found: Finding; readonly offset: number }[] }

/**
 * Reads the first document of a YAML text; `root` is undefined if there is none. Never throws.
 * Scalars stay text: their type depends on the field (`yaml-scalars.ts`). Offsets count from `start`.
 */
export function parseYaml(text: string, start = 0): ParsedYaml {
  const composed = composeYaml(text)
  if ('problems' in composed)
    return { problems: composed.problems.map(({ found, offset }) => ({ found, offset: start + offset })) }
  return convertDocument((composed.document?.contents ?? null) as ParsedNode | null, text, start)
}

export type ComposedYaml =
  | { readonly document: Document.Parsed | undefined }
  | { readonly problems: readonly { readonly found: Finding; readonly offset: number }[] }

/** Same, as the library's tree with comments. `tags` are added to those that a config has. */
export function composeYaml(text: string, tags: readonly ScalarTag[] = []): ComposedYaml {
  const control = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.exec(text)
  if (control)
    return problem(errors.badYaml('the text holds a control character', 'Remove it'), control.index)

  const tooMany = findTooManyPieces(text)
  if (tooMany !== undefined) return problem(errors.tooManyPieces(MOST_PIECES), tooMany)
  const tokens: CST.Token[] = []
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme))
    // The parser works without recursion, so this comes before anything can overflow.
    if (parser.stack.length > DEEPEST) return problem(errors.tooDeep(DEEPEST), parser.offset)
    if (tokens.at(-1)?.type === 'document') return compose(tokens, text, tags)
  }
  tokens.push(...parser.end())
  return compose(tokens, text, tags)
}

/** Where a text has more pieces than it may; counted before any of them is kept. */
function findTooManyPieces(text: string): number | undefined {
  if (text.length < MOST_PIECES / 2) return undefined
  let pieces = 0
  let offset = 0
  for (const lexeme of new Lexer().lex(text)) {
    if (++pieces > MOST_PIECES) return offset
    if (!/^[\x02\x18\x1f]$/.test(lexeme)) offset += lexeme.length
  }
  return undefined
}

function compose(tokens: CST.Token[], text: string, more: readonly ScalarTag[]): ComposedYaml {
  const composer = new Composer({
    schema: 'failsafe',
    customTags: (tags: Tags) => [...more, ...tags.filter((tag) => !isBinary(tag)), ...TEXT_TAGS],
    uniqueKeys: false, // quadratic in the library; convertDocument checks
    prettyErrors: false,
    strict: true,
    logLevel: 'silent',
  })
  const [document] = composer.compose(tokens, false, text.length)
  if (!document) return { document: undefined }
  const broken = document.errors.map((error) => explainYamlError(error, document, text))
  return broken.length > 0 ? { problems: broken } : { document: document as Document.Parsed }
}

/** Explicit types are kept as text with the tag's name, whatever the library would make of them. */
const TEXT_TAGS: ScalarTag[] = ['binary', 'bool', 'float', 'int', 'null', 'timestamp'].map((name) => ({
  tag: `tag:yaml.org,2002:${name}`,
  resolve: (source) => source,
}))

function isBinary(tag: Tags[number]): boolean {
  return typeof tag !== 'string' && 'tag' in tag && tag.tag === 'tag:yaml.org,2002:binary'
}

function problem(found: Finding, offset: number): ComposedYaml & ParsedYaml {
  return { problems: [{ found, offset }] }
}
