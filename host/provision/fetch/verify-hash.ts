import type { Sys } from '../../sys/sys.ts'
import { provisionErrors as errors } from '../errors.ts'

/**
 * Checks the SHA-256 or SHA-512 of a file or of bytes. `hash` is as in a config: `sha256-` or `sha512-` and digits.
 * `what` names the contents in the error. Throws `provision/hash-mismatch`.
 */
export function verifyHash(
  sys: Sys,
  contents: { path: string } | Uint8Array,
  hash: string,
  what: string,
): void {
  const dash = hash.indexOf('-')
  const program = `${hash.slice(0, dash)}sum`
  const output =
    contents instanceof Uint8Array
      ? sys.mustRun([program], { input: contents })
      : sys.mustRun([program, '--', contents.path])
  const found = output.trim().replace(/^\\/, '').split(' ')[0] ?? ''
  if (found !== hash.slice(dash + 1).toLowerCase()) {
    throw errors.hashMismatch(what, hash.toLowerCase(), `${hash.slice(0, dash)}-${found}`)
  }
}
