/** Returns whether one of the patterns stands for a name; `*` is any text, also with "/", and `?` any character. */
export function excluder(patterns: readonly string[]): (name: string) => boolean {
  const expressions = patterns.map((pattern) => {
    const parts = Array.from(pattern.replace(/^\/+/, ''), (character) => {
      if (character === '*') return '.*'
      return character === '?' ? '.' : character.replace(/[\\^$.|+()[\]{}/]/, '\\$&')
    })
    return new RegExp(`^${parts.join('')}$`, 'su')
  })
  return (name) => expressions.some((expression) => expression.test(name))
}
