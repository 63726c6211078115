/**
 * Characters of the quoted string or word that a text starts with, without the colon of a key: what a finding at its
 * place is about.
 */
export function wordLength(text: string): number {
  const word = /^(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s,{}[\]]+|.)/u.exec(text)?.[0] ?? ''
  return Array.from(word.replace(/:$/, '')).length
}
