import type { Position } from './diagnostic.ts'

/**
 * Turns offsets (UTF-16 units) of a text into lines and columns.
 * Asking in ascending order is cheap even on one very long line: the last answer is the start of the next count.
 */
export class LineIndex {
  readonly #text: string
  readonly #starts: number[] = [0]
  #last = { offset: 0, line: 1, column: 1 }

  constructor(text: string) {
    this.#text = text
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1)
  }

  position(offset: number): Position {
    let bounded = Math.max(0, Math.min(offset, this.#text.length))
    if (/^[\ud800-\udbff][\udc00-\udfff]$/.test(this.#text.slice(bounded - 1, bounded + 1))) bounded--
    const line = this.#lineOf(bounded)
    const known = this.#last.line === line && this.#last.offset <= bounded
    const from = known ? this.#last.offset : this.#starts[line - 1]!
    const column = (known ? this.#last.column : 1) + countCharacters(this.#text, from, bounded)
    this.#last = { offset: bounded, line, column }
    return { line, column }
  }

  #lineOf(offset: number): number {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }
}

function countCharacters(text: string, from: number, to: number): number {
  let count = 0
  for (let at = from; at < to; count++) at += text.codePointAt(at)! > 0xffff ? 2 : 1
  return count
}
