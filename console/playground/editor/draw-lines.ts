import { colorLine, type Piece } from './color-line.ts'
import type { Mark } from './mark.ts'

/** Makes the element of a line: its pieces in their colors, cut where marks begin and end. */
export function drawLine(text: string, isLiteral: boolean, marks: readonly Mark[]): HTMLElement {
  const row = document.createElement('div')
  row.className = 'row'
  const pieces: readonly Piece[] = isLiteral ? [{ kind: 'string', text }] : colorLine(text)
  let at = 0
  for (const piece of pieces) {
    for (const part of cut(piece.text, at, marks)) row.append(drawPart(piece.kind, part))
    at += piece.text.length
  }
  // A mark at the end of a line has no character to stand below.
  const beyond = marks.find(({ to }) => to > text.length)
  if (beyond) row.append(drawPart('plain', { text: ' ', mark: beyond }))
  return row
}

interface Part {
  readonly text: string
  readonly mark: Mark | undefined
}

function cut(text: string, offset: number, marks: readonly Mark[]): Part[] {
  const inside = marks
    .flatMap(({ from, to }) => [from - offset, to - offset])
    .filter((at) => at > 0 && at < text.length)
  const edges = [...new Set([0, ...inside, text.length])].sort((a, b) => a - b)
  return edges.slice(1).map((end, index) => {
    const start = edges[index]!
    const mark = marks.find(({ from, to }) => from - offset < end && to - offset > start)
    return { text: text.slice(start, end), mark }
  })
}

function drawPart(kind: Piece['kind'], { text, mark }: Part): Node {
  if (kind === 'plain' && !mark) return document.createTextNode(text)
  const span = document.createElement('span')
  span.className = mark ? `${kind} mark ${severityOf(mark)}` : kind
  if (mark) span.dataset['column'] = String(mark.from)
  span.textContent = text
  return span
}

/** `error`, `warning` or `lint`: what a mark is drawn as. */
export function severityOf({ problem }: Mark): string {
  return problem.code.startsWith('lint/') ? 'lint' : problem.severity
}
