import type { Path } from './path.ts'

export type Severity = 'error' | 'warning' | 'info'

/** A place in a text. Lines and columns count from 1, columns in characters (code points); 0 means unknown. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** What is wrong and what to do about it, without a place. Every package lists its own in `errors.ts`. */
export interface Finding<Code extends string = string> {
  readonly code: Code
  readonly message: string
  readonly hint?: string
}

/** A finding at a path of a config, before the path is looked up in the text. */
export interface Issue extends Finding {
  readonly severity: Severity
  readonly path: Path
  /** Offset in the text, where it is known better than the path says. */
  readonly offset?: number
}

/** A finding at a place in the user's input; what is printed and what `--json` shows. */
export interface Diagnostic extends Finding, Position {
  readonly severity: Severity
  /** `$.storage.files.0.path`; empty for a syntax error. */
  readonly path: string
  readonly file?: string
}

/** Builds an entry of an error table; the literal code is kept for the closed union. */
export function finding<const Code extends string>(
  code: Code,
  message: string,
  hint?: string,
): Finding<Code> {
  return hint === undefined ? { code, message } : { code, message, hint }
}
