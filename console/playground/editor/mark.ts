import { type Diagnostic, wordLength } from '@afloat/report'
import type { Lines } from './scan-lines.ts'

/** Where a problem is drawn: a line counted from 0, and offsets (UTF-16 units) in that line. */
export interface Mark {
  readonly line: number
  readonly from: number
  readonly to: number
  readonly problem: Diagnostic
}

/** Finds the place of each problem in a text, sorted. A problem without a place, or of an older text, has none. */
export function placeMarks(problems: readonly Diagnostic[], lines: Lines): Mark[] {
  return problems
    .filter(({ line }) => line > 0 && line <= lines.count)
    .map((problem) => {
      const line = problem.line - 1
      const text = lines.text(line)
      const from = unitsOf(text, problem.column - 1)
      const word = text.slice(from, from + LONGEST_WORD)
      const length = unitsOf(word, wordLength(word))
      return { line, from, to: from + Math.max(1, length), problem }
    })
    .sort((a, b) => a.line - b.line || a.from - b.from)
}

const LONGEST_WORD = 200

/** UTF-16 units of the first characters (code points) of a text. Of data on one line, characters are not counted. */
function unitsOf(text: string, characters: number): number {
  if (text.length > LONGEST_COUNTED) return Math.min(characters, text.length)
  let at = 0
  for (let left = characters; left > 0 && at < text.length; left--)
    at += text.codePointAt(at)! > 0xffff ? 2 : 1
  return at
}

/** Many problems on one line of 1 MB would be counted for seconds. */
const LONGEST_COUNTED = 20_000

/** The mark after an offset in the text or before it; past the last one the first. */
export function nextMark(
  marks: readonly Mark[],
  lines: Lines,
  offset: number,
  direction: 1 | -1,
): Mark | undefined {
  const at = ({ line, from }: Mark) => lines.start(line) + from
  return direction === 1
    ? (marks.find((mark) => at(mark) > offset) ?? marks[0])
    : (marks.findLast((mark) => at(mark) < offset) ?? marks.at(-1))
}

/** The first mark that an offset of the text is in, or at the end of. */
export function markAt(marks: readonly Mark[], lines: Lines, offset: number): Mark | undefined {
  const line = lines.lineOf(offset)
  const column = offset - lines.start(line)
  return marks.find((mark) => mark.line === line && mark.from <= column && column <= mark.to)
}
