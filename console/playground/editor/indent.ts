/** Replaces `from` to `to` of a text, after which `selectFrom` to `selectTo` are selected. */
export interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
  readonly selectFrom: number
  readonly selectTo: number
}

/** What Tab does: two spaces, or all lines of a selection that spans several further to the right. */
export function indent(text: string, from: number, to: number): Edit {
  if (!text.slice(from, to).includes('\n')) {
    const column = from - (text.lastIndexOf('\n', from - 1) + 1)
    const spaces = ' '.repeat(2 - (column % 2))
    return edit(from, to, spaces, from + spaces.length)
  }
  const start = text.lastIndexOf('\n', from - 1) + 1
  const lines = text.slice(start, to).replaceAll(/^(?=.)/gm, '  ')
  return { from: start, to, text: lines, selectFrom: start, selectTo: start + lines.length }
}

/** What Shift-Tab does: the lines of the selection up to two spaces to the left. */
export function outdent(text: string, from: number, to: number): Edit {
  const start = text.lastIndexOf('\n', from - 1) + 1
  const end = text.indexOf('\n', to) < 0 ? text.length : text.indexOf('\n', to)
  const before = text.slice(start, end)
  const lines = before.replaceAll(/^ {1,2}/gm, '')
  if (from !== to)
    return { from: start, to: end, text: lines, selectFrom: start, selectTo: start + lines.length }
  return edit(start, end, lines, Math.max(start, from - (before.length - lines.length)))
}

/** What Enter does: a new line that begins where this one does, or further to the right after a key. */
export function newLine(text: string, from: number, to: number): Edit {
  const start = text.lastIndexOf('\n', from - 1) + 1
  const line = text.slice(start, from)
  const column = /^[ ]*/.exec(line)![0].length
  const opens = /^[ ]*(?:- +)*[^\s#][^#]*:\s*[|>]?[-+]?\s*$/.test(line)
  const items = opens ? (/^(?:- +)*/.exec(line.slice(column))?.[0].length ?? 0) : 0
  const lead = `\n${' '.repeat(column + items + (opens ? 2 : 0))}`
  return edit(from, to, lead, from + lead.length)
}

function edit(from: number, to: number, text: string, caret: number): Edit {
  return { from, to, text, selectFrom: caret, selectTo: caret }
}
