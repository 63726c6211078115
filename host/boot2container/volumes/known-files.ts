import { AfloatError } from '@afloat/report'
import type { Sys } from '../../sys/sys.ts'

/** What of a volume is known to be the same on both sides: version of the file, and ETag of the object. */
export type KnownFiles = Map<string, KnownFile>

/** The ETag is empty where it was not asked for after the file was stored. */
export type KnownFile = { readonly version: string; readonly etag: string }

/** Reads what an earlier run knew; nothing when that is lost or makes no sense. */
export function readKnownFiles(sys: Sys, path: string): KnownFiles {
  const known: KnownFiles = new Map()
  for (const line of (sys.readText(path) ?? '').split('\n')) {
    const [version, etag, name] = parseLine(line)
    if (version !== undefined && etag !== undefined && name !== undefined) known.set(name, { version, etag })
  }
  return known
}

/**
 * Writes it in one step, but not through to the medium: it may be older than the truth, then files are compared. So it
 * may on a disk that is full.
 */
export function writeKnownFiles(sys: Sys, path: string, known: KnownFiles): void {
  const lines = Array.from(known, ([name, { version, etag }]) => `${JSON.stringify([version, etag, name])}\n`)
  try {
    sys.writeFile(`${path}.new`, lines.join(''), { mode: 0o600 })
    sys.rename(`${path}.new`, path)
  } catch (error) {
    if (!(error instanceof AfloatError) || error.details['errno'] !== 'ENOSPC') throw error
    sys.remove(`${path}.new`)
  }
}

function parseLine(line: string): (string | undefined)[] {
  try {
    const value: unknown = JSON.parse(line)
    return Array.isArray(value) && value.every((part) => typeof part === 'string') ? value : []
  } catch {
    return []
  }
}
