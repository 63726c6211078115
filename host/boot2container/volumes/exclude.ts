import type { Mirror } from './mirror.ts'

/** At the top of a named file system: encrypted volumes, images, what ext4 has there, and an `UnstoredNote`. */
const ofMachine = /^(?:[^/]+\.encrypted\/|seed\/|lost\+found\/|\.b2c-[^/]+\.unstored)/
/** Beside that, where the file system is the cache. */
const ofCache = /^(?:(?:bundles|container-volumes|containers|volume-data)\/|swap$|\.in-use$)/

/**
 * Returns whether a name is to be left alone on both sides: for a pattern, in which `*` is any text, also with "/", and `?`
 * any character; or because it is not the volume's, for which only folders count that the machine makes.
 */
export function excluder({ exclude, topOf }: Pick<Mirror, 'exclude' | 'topOf'>): (name: string) => boolean {
  const expressions = exclude.map(parsePattern)
  if (topOf !== undefined) expressions.push(ofMachine)
  if (topOf === 'cache') expressions.push(ofCache)
  return (name) => expressions.some((expression) => expression.test(name))
}

function parsePattern(pattern: string): RegExp {
  const parts = Array.from(pattern.replace(/^\/+/, ''), (character) => {
    if (character === '*') return '.*'
    return character === '?' ? '.' : character.replace(/[\\^$.|+()[\]{}/]/, '\\$&')
  })
  return new RegExp(`^${parts.join('')}$`, 'su')
}
