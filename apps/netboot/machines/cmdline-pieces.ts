import type { Path } from '@afloat/report'

/** Part of a command line, and the place in the file where it is written. */
export type CmdlinePiece = { readonly text: string; readonly path: Path }

/** Pieces become one command line with blanks between them. */
export function joinPieces(pieces: readonly CmdlinePiece[]): string {
  return pieces.map(({ text }) => text).join(' ')
}

/** The piece that holds the character at `offset` of the whole, and where in it. */
export function pieceAt(
  pieces: readonly CmdlinePiece[],
  offset: number,
): { readonly piece: CmdlinePiece; readonly offset: number } | undefined {
  let start = 0
  for (const piece of pieces) {
    if (offset <= start + piece.text.length) return { piece, offset: offset - start }
    start += piece.text.length + 1
  }
  const last = pieces.at(-1)
  return last && { piece: last, offset: last.text.length }
}
