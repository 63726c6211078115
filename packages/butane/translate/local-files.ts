import { cleanPath, decodeUtf8 } from '@afloat/ignition'
import { AfloatError, type Path } from '@afloat/report'
import { butaneErrors as errors } from '../errors.ts'
import type { Context } from './context.ts'

/**
 * The files directory. Paths are relative to it, cleaned, and never lead out of it by their text (symbolic links may).
 * Both throw an AfloatError for what cannot be read.
 */
export interface LocalFiles {
  read(path: string): Uint8Array
  /** A directory, with an empty path, and what is below it, depth first, names in byte order; undefined if it is no directory. */
  walk(path: string): readonly TreeEntry[] | undefined
}

export type TreeEntry =
  | { readonly kind: 'file'; readonly path: string; readonly executable: boolean }
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'other'; readonly path: string }

/** The bytes of a local file, or undefined after reporting at `at`. */
export function readLocal(path: string, at: Path, context: Context): Uint8Array | undefined {
  return withLocal(path, at, context, (files, clean) => files.read(clean))
}

/** Same for a text file, without a byte order mark. */
export function readLocalText(path: string, at: Path, context: Context): string | undefined {
  const bytes = readLocal(path, at, context)
  if (bytes === undefined) return undefined
  const text = decodeUtf8(bytes)
  if (text === undefined) context.add('error', at, errors.localNotText(path))
  return text
}

export function withLocal<T>(
  path: string,
  at: Path,
  context: Context,
  use: (files: LocalFiles, clean: string) => T,
): T | undefined {
  const clean = cleanPath(path.replace(/^\/+/, ''))
  if (!context.localFiles) context.add('error', at, errors.filesDirMissing())
  else if (clean === '..' || clean.startsWith('../')) context.add('error', at, errors.filesDirEscape(path))
  else {
    try {
      return use(context.localFiles, clean)
    } catch (error) {
      if (!(error instanceof AfloatError)) throw error
      context.add('error', at, errors.localUnreadable(error.message, error.hint))
    }
  }
  return undefined
}
