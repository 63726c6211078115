/** A line of a tree: cells that stand in columns with those of its siblings, and the lines below it. */
export interface Branch {
  readonly cells: readonly string[]
  readonly below?: readonly Branch[]
}

/** Prints branches two spaces to the right of their parent, cells of siblings below each other. */
export function formatTree(branches: readonly Branch[], indent = ''): string[] {
  const widths: number[] = []
  for (const { cells } of branches)
    for (const [column, cell] of cells.entries())
      widths[column] = Math.max(widths[column] ?? 0, Math.min(printable(cell).length, WIDEST_COLUMN))
  return branches.flatMap(({ cells, below = [] }) => {
    const padded = cells.map((cell, column) => printable(cell).padEnd(widths[column]!))
    return [`${indent}${padded.join('  ')}`.trimEnd(), ...formatTree(below, `${indent}  `)]
  })
}

/** A longer cell moves the rest of its own line only. */
const WIDEST_COLUMN = 48

/** Text of a config without what would drive the terminal. */
export function printable(text: string): string {
  return text.replaceAll(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '·')
}
