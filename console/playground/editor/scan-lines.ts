/** What the editor knows of a text without parsing it. */
export interface Lines {
  readonly count: number
  /** Length of the longest line, in UTF-16 units. */
  readonly longest: number
  /** A line without its ending, counted from 0. */
  text(line: number): string
  /** Offset of the first unit of a line. */
  start(line: number): number
  /** The line that an offset is on. */
  lineOf(offset: number): number
  /** Whether a line is part of a block scalar, where nothing has a meaning for YAML. */
  isLiteral(line: number): boolean
}

/** Finds the lines of a text. Fast enough for each key that is pressed in a text of 1 MB. */
export function scanLines(text: string): Lines {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  const end = (line: number) => {
    const at = line + 1 < starts.length ? starts[line + 1]! - 1 : text.length
    return at > starts[line]! && text[at - 1] === '\r' ? at - 1 : at
  }
  const lineText = (line: number) => text.slice(starts[line], end(line))
  const literal = new Uint8Array(starts.length)
  let longest = 0
  /** Column of what the block scalar belongs to; its lines are further to the right. */
  let parent: number | undefined
  for (let line = 0; line < starts.length; line++) {
    const length = end(line) - starts[line]!
    longest = Math.max(longest, length)
    if (length > LONGEST_SCANNED) continue
    const content = lineText(line)
    const column = content.search(/\S/)
    if (parent !== undefined && (column < 0 || column > parent)) literal[line] = 1
    else parent = blockParent(content)
  }
  return {
    count: starts.length,
    longest,
    text: lineText,
    start: (line) => starts[line]!,
    isLiteral: (line) => literal[line] === 1,
    lineOf(offset) {
      let low = 0
      let high = starts.length - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if (starts[middle]! <= offset) low = middle
        else high = middle - 1
      }
      return low
    },
  }
}

/** What is longer is data, and begins no block. */
const LONGEST_SCANNED = 1000

/** Column of the key or dash that a block scalar begins at on this line; undefined when none does. */
function blockParent(line: string): number | undefined {
  if (!/(?:^|[:-])[ \t]+(?:[!&]\S+[ \t]+)*[|>][-+0-9]*[ \t]*(?:[ \t]#.*)?$/.test(line)) return undefined
  const [lead = '', rest = ''] = /^[ \t]*(?:-[ \t]+)*(.*)$/.exec(line) ?? []
  const keyColumn = lead.length - rest.length
  return /^(?:[!&]\S+[ \t]+)*[|>]/.test(rest) ? line.lastIndexOf('-', keyColumn) : keyColumn
}
