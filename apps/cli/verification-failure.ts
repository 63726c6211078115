import { AfloatError } from '@afloat/report'

/** Something was examined and found bad, which is not a failure to examine it. */
export const verificationFailed = 7

/** Says what is wrong with a bundle and sets the exit code. Anything but that is thrown again. */
export function failVerification(
  error: unknown,
  options: { readonly json: boolean; readonly details?: Record<string, unknown> },
): void {
  if (!(error instanceof AfloatError) || !error.code.startsWith('release/')) throw error
  const { code, message, hint, details } = error
  process.exitCode = verificationFailed
  if (options.json) {
    console.log(JSON.stringify({ ...options.details, error: { code, message, hint, details } }))
    return
  }
  console.error(`error: ${message} (${code})`)
  if (hint !== undefined) console.error(`hint: ${hint}`)
}
