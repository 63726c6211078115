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
  const words: string[] = []
  let word = ''
  let started = false
  let quoted = false
  for (const char of text) {
    if (char === '"') {
      quoted = !quoted
      started = true
    } else if (!quoted && /\s/.test(char)) {
      if (started) words.push(word)
      word = ''
      started = false
    } else {
      word += char
      started = true
    }
  }
  if (started) words.push(word)
  return words
}
