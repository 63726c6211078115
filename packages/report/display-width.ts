/** Columns a character takes in a terminal: 2 for wide ones, 0 for combining and invisible ones, else 1. */
export function displayWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0
  if (within(code, ZERO_WIDTH)) return 0
  return within(code, WIDE) ? 2 : 1
}

type Range = readonly [first: number, last: number]

// The blocks that occur in practice, not the whole of Unicode's East Asian Width table (30 kB).
const ZERO_WIDTH: readonly Range[] = [
  [0x300, 0x36f],
  [0x200b, 0x200f],
  [0x20d0, 0x20ff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
]

const WIDE: readonly Range[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd],
]

function within(code: number, ranges: readonly Range[]): boolean {
  return code >= ranges[0]![0] && ranges.some(([first, last]) => code >= first && code <= last)
}
