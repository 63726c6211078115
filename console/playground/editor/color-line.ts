/** A piece of a line that is drawn in a color of its own. */
export interface Piece {
  readonly kind: 'plain' | 'key' | 'comment' | 'string' | 'number' | 'tag'
  readonly text: string
}

/** Cuts a line of YAML into pieces for drawing. It looks at the line alone, and is wrong where that does not suffice. */
export function colorLine(line: string): Piece[] {
  const pieces: Piece[] = []
  let plain = ''
  const add = (kind: Piece['kind'], text: string) => {
    if (plain !== '') pieces.push({ kind: 'plain', text: plain })
    plain = ''
    pieces.push({ kind, text })
  }
  for (let at = 0; at < line.length; ) {
    const found = pieceAt(line, at)
    if (found.kind === 'plain') plain += found.text
    else add(found.kind, found.text)
    at += found.text.length
  }
  if (plain !== '') pieces.push({ kind: 'plain', text: plain })
  return pieces
}

function pieceAt(line: string, at: number): Piece {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at
    const text = pattern.exec(line)?.[0]
    if (text !== undefined && text !== '') return { kind, text }
  }
  return { kind: 'plain', text: line[at]! }
}

// In this order, each at the place where the one before ended. The last takes a word that is none of the others.
const patterns: readonly (readonly [Piece['kind'], RegExp])[] = [
  ['plain', /[ \t]+(?!#)|[ \t](?=[ \t]*#)/y],
  ['plain', /-(?=\s|$)|[[\]{},?|>](?=[-+\d\s{}[\],"']|$)/y],
  ['comment', /(?<=^|\s)#.*/y],
  [
    'key',
    /(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s#&*!|>'"%@`{}[\],-](?:[^#:{}[\],]|:(?=\S)){0,200}?|-\S{1,200}?)(?=\s*:(?:\s|$))/y,
  ],
  ['string', /"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?/y],
  ['tag', /[!&*][^\s,{}[\]]*/y],
  ['number', /(?:[-+]?(?:0[xob])?\d[\d._]*|true|false|null|~)(?=\s*(?:[,}\]]|$)|\s+#)/y],
  ['plain', /:(?=\s|$)/y],
  ['plain', /\S(?:[^\s,{}[\]:]|:(?=\S))*(?:[ \t]+[^\s#,{}[\]:](?:[^\s,{}[\]:]|:(?=\S))*)*/y],
]
