import type { Sys } from '../sys/sys.ts'

/** Prints why something failed: for people on standard error, with `--json` as one object on standard output. */
export function printError(
  sys: Sys,
  error: { readonly code: string; readonly message: string; readonly hint?: string | undefined },
  json: boolean,
): void {
  const { code, message, hint } = error
  if (json)
    sys.print(JSON.stringify({ error: hint === undefined ? { code, message } : { code, message, hint } }))
  else sys.log(`${message} (${code})${hint === undefined ? '' : `\n${hint}`}`)
}
