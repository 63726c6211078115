/** The kernel command line. Keys are compared as written; values have their quotes removed. */
export type Cmdline = {
  /** Returns the value of the last `key=value`, "" for a bare `key`, undefined when the key is absent. */
  get(key: string): string | undefined
  /** Returns the values of all occurrences, in order. */
  all(key: string): readonly string[]
  has(key: string): boolean
}

/**
 * Reads a kernel command line.
 * Words are separated by white space outside double quotes; quotes may stand around a whole word or a value.
 * What follows a lone `--` is for PID 1 and is left out.
 * Source: Linux, lib/cmdline.c (next_arg); Documentation/admin-guide/kernel-parameters.rst
 */
export function parseCmdline(text: string): Cmdline {
  const values = new Map<string, string[]>()
  for (const word of splitCmdline(text)) {
    if (word === '--') break
    const at = word.indexOf('=')
    const key = at < 0 ? word : word.slice(0, at)
    const known = values.get(key) ?? []
    known.push(at < 0 ? '' : word.slice(at + 1))
    values.set(key, known)
  }
  return {
    get: (key) => values.get(key)?.at(-1),
    all: (key) => values.get(key) ?? [],
    has: (key) => values.has(key),
  }
}

/** Splits a command line into its words, quotes removed. */
export function splitCmdline(text: string): string[] {
  return placeWords(text).map(({ text }) => text)
}

/** A word of a command line, quotes removed. */
export interface PlacedWord {
  readonly text: string
  /** Where each of its characters (UTF-16 units) stands in the command line, and last where the word ends. */
  readonly offsets: readonly number[]
  /** Whether a quote is open where its line ends. */
  readonly unclosed: boolean
}

/**
 * Splits a command line into its words, and remembers where they were. Blanks are those of ASCII, as for the kernel. Quotes
 * end with their line, of which extra arguments may have several.
 */
export function placeWords(text: string): PlacedWord[] {
  const words: PlacedWord[] = []
  let start = -1
  let offsets: number[] = []
  let quoted = false
  const end = (at: number) => {
    if (start >= 0)
      words.push({
        text: offsets.map((offset) => text[offset]).join(''),
        offsets: [...offsets, at],
        unclosed: quoted,
      })
    start = -1
    offsets = []
  }
  for (let at = 0; at < text.length; at++) {
    const isLineEnd = text[at] === '\n'
    if (isLineEnd || (!quoted && /[ \t-\r]/.test(text[at]!))) {
      end(at)
      if (isLineEnd) quoted = false
      continue
    }
    if (start < 0) start = at
    if (text[at] === '"') quoted = !quoted
    else offsets.push(at)
  }
  end(text.length)
  return words
}
