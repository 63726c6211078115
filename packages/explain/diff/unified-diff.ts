type Edit = { readonly sign: ' ' | '-' | '+'; readonly line: string }

/**
 * What to do to the lines of one text to get another: hunks with three lines around every change, in the form of
 * diff(1) without the names of files. No lines for equal texts. Texts with thousands of differences are replaced whole.
 */
export function unifiedDiff(from: string, to: string): string[] {
  if (from === to) return []
  return hunks(editsBetween(splitLines(from), splitLines(to)))
}

const CONTEXT = 3
/** Changed lines up to which the shortest way is looked for; it takes time and memory by their square. */
const MOST_CHANGES = 1000

/** With their line endings; the last one may have none. */
function splitLines(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/)
}

function editsBetween(from: readonly string[], to: readonly string[]): Edit[] {
  const shorter = Math.min(from.length, to.length)
  let head = 0
  while (head < shorter && from[head] === to[head]) head++
  let tail = 0
  while (tail < shorter - head && from.at(-1 - tail) === to.at(-1 - tail)) tail++
  const same = (lines: readonly string[]): Edit[] => lines.map((line) => ({ sign: ' ', line }))
  const a = from.slice(head, from.length - tail)
  const b = to.slice(head, to.length - tail)
  return [...same(from.slice(0, head)), ...shortestEdits(a, b), ...same(from.slice(from.length - tail))]
}

/** Source: Myers, An O(ND) difference algorithm and its variations (1986), the greedy algorithm */
function shortestEdits(a: readonly string[], b: readonly string[]): Edit[] {
  const trace: Map<number, number>[] = []
  let reach = new Map<number, number>([[1, 0]])
  for (let changes = 0; changes <= Math.min(MOST_CHANGES, a.length + b.length); changes++) {
    const next = new Map(reach)
    for (let diagonal = -changes; diagonal <= changes; diagonal += 2) {
      let x = goesDown(reach, diagonal, changes) ? reach.get(diagonal + 1)! : reach.get(diagonal - 1)! + 1
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++
      next.set(diagonal, x)
      if (x >= a.length && x - diagonal >= b.length) return walkBack(a, b, [...trace, reach])
    }
    trace.push(reach)
    reach = next
  }
  return [...a.map((line): Edit => ({ sign: '-', line })), ...b.map((line): Edit => ({ sign: '+', line }))]
}

function goesDown(reach: ReadonlyMap<number, number>, diagonal: number, changes: number): boolean {
  if (diagonal === -changes) return true
  if (diagonal === changes) return false
  return (reach.get(diagonal - 1) ?? -1) < (reach.get(diagonal + 1) ?? -1)
}

function walkBack(
  a: readonly string[],
  b: readonly string[],
  trace: readonly ReadonlyMap<number, number>[],
): Edit[] {
  const edits: Edit[] = []
  let x = a.length
  let y = b.length
  for (let changes = trace.length - 1; changes >= 0; changes--) {
    const reach = trace[changes]!
    const down = goesDown(reach, x - y, changes)
    const diagonal = down ? x - y + 1 : x - y - 1
    const beforeX = changes === 0 ? 0 : reach.get(diagonal)!
    const beforeY = changes === 0 ? 0 : beforeX - diagonal
    while (x > beforeX && y > beforeY) edits.push({ sign: ' ', line: a[--x]! }) && y--
    if (changes === 0) break
    edits.push(down ? { sign: '+', line: b[--y]! } : { sign: '-', line: a[--x]! })
  }
  return edits.toReversed()
}

function hunks(edits: readonly Edit[]): string[] {
  const changed = edits.flatMap(({ sign }, index) => (sign === ' ' ? [] : [index]))
  const ranges: { start: number; end: number }[] = []
  for (const index of changed) {
    const last = ranges.at(-1)
    const start = Math.max(0, index - CONTEXT)
    const end = Math.min(edits.length, index + CONTEXT + 1)
    if (last && start <= last.end) last.end = end
    else ranges.push({ start, end })
  }
  let [fromLine, toLine, at] = [0, 0, 0]
  return ranges.flatMap(({ start, end }) => {
    for (; at < start; at++) [fromLine, toLine] = [fromLine + 1, toLine + 1]
    const part = edits.slice(start, end)
    const fromCount = part.filter(({ sign }) => sign !== '+').length
    const toCount = part.filter(({ sign }) => sign !== '-').length
    const head = `@@ -${range(fromLine, fromCount)} +${range(toLine, toCount)} @@`
    fromLine += fromCount
    toLine += toCount
    at = end
    return [head, ...part.flatMap(formatEdit)]
  })
}

/** First line and number of lines; of no lines, the line before. */
function range(before: number, count: number): string {
  return count === 1 ? String(before + 1) : `${count === 0 ? before : before + 1},${count}`
}

function formatEdit({ sign, line }: Edit): string[] {
  return line.endsWith('\n') ? [sign + line.slice(0, -1)] : [sign + line, '\\ No newline at end of file']
}
