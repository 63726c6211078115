import type { Words } from './schema.ts'

/** The words of a value that may be one string or a list. */
export function listWords(words: Words | undefined): string[] {
  if (words === undefined) return []
  return typeof words === 'string' ? [words] : words.filter((word) => word !== null)
}
