import { Lexer } from 'yaml'

/** `# lint: ignore lint/code` in a YAML file. */
export interface IgnoreComment {
  readonly code: string
  /** Missing in a text without a name. */
  readonly file?: string | undefined
  /** Of the code, in the text. */
  readonly offset: number
  /** The line that is meant, counted from 1: the comment's own, or the next one with content if it stands alone. */
  readonly line: number
}

/**
 * Reads comments that take findings back: `# lint: ignore CODE`, or several codes with commas; what follows after a
 * space is the user's reason. Only what YAML takes for a comment counts, so not a line of a block of text.
 */
export function parseIgnoreComments(text: string): IgnoreComment[] {
  if (!text.includes('lint:')) return []
  const found: IgnoreComment[] = []
  const meant = meantLines(text.split('\n'))
  let offset = 0
  let line = 1
  let isContent = false
  for (const lexeme of new Lexer().lex(text)) {
    if (!isContent && lexeme.startsWith('#'))
      found.push(...parseComment(lexeme, offset, meant[line - 1] ?? line))
    const isMark = MARKS.includes(lexeme)
    isContent = lexeme === SCALAR_MARK
    if (isMark) continue
    offset += lexeme.length
    line += lexeme.split('\n').length - 1
  }
  return found
}

/** For each line the one that a comment on it is about. */
function meantLines(lines: readonly string[]): number[] {
  let next = lines.length
  return lines
    .toReversed()
    .map((text, index) => {
      if (!/^\s*(#|$)/.test(text)) next = lines.length - index
      return next
    })
    .toReversed()
}

/** What the lexer inserts: before a document, after a flow that ends early, before an unquoted scalar. */
const SCALAR_MARK = '\x1f'
const MARKS: readonly string[] = ['\x02', '\x18', SCALAR_MARK]

function parseComment(comment: string, offset: number, line: number): IgnoreComment[] {
  const [, head = '', codes = ''] =
    /^(#\s*lint:\s*ignore\s+)([\w-]+\/[\w-]+(?:\s*,\s*[\w-]+\/[\w-]+)*)/.exec(comment) ?? []
  const found: IgnoreComment[] = []
  let at = offset + head.length
  for (const part of codes.split(/(\s*,\s*)/)) {
    if (part.includes('/')) found.push({ code: part, offset: at, line })
    at += part.length
  }
  return found
}
