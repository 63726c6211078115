import { isVersion } from '@afloat/release'

/**
 * The version of a machine without build metadata, which does not count when versions are compared; undefined when it
 * is none.
 */
export function readVersion(text: string): string | undefined {
  const version = /^([^+]*)(?:\+[0-9A-Za-z.-]+)?$/.exec(text)?.[1]
  return version !== undefined && isVersion(version) ? version : undefined
}
