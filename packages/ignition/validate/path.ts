import type { Finding } from '@afloat/report'
import { ignitionErrors as errors } from '../errors.ts'

/** What is wrong with an absolute path of the target machine, or undefined. */
export function checkPath(path: string | undefined): Finding | undefined {
  if (!path) return errors.pathMissing()
  if (!path.startsWith('/')) return errors.pathRelative(path)
  if (path.includes('\0')) return errors.pathBadCharacter()
  if (path.length > LONGEST_PATH) return errors.pathTooLong(LONGEST_PATH)
  const clean = cleanPath(path)
  return clean === path ? undefined : errors.pathNotClean(path, clean)
}

/** Resolves `.`, `..` and repeated slashes by the text alone; a relative path may keep leading `..`. */
export function cleanPath(path: string): string {
  const absolute = path.startsWith('/')
  const kept: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') kept.push(part)
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop()
    else if (!absolute) kept.push(part)
  }
  return (absolute ? '/' : '') + kept.join('/') || '.'
}

/** PATH_MAX of Linux, less its final NUL. */
const LONGEST_PATH = 4095

/**
 * What stands before each `/` of a path, topmost first, by the text alone: the root is the empty text. None for a path that
 * `checkPath` finds too long.
 */
export function parentPaths(path: string): string[] {
  if (path.length > LONGEST_PATH) return []
  return Array.from(path.matchAll(/\//g), ({ index }) => path.slice(0, index))
}
