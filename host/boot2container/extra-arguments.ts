import { type ExtraArgs, LONGEST_EXTRA_ARGUMENTS, parseSignedArguments } from '@afloat/boot2container'
import { decodeBase64 } from '@afloat/ignition/base64'
import { AfloatError } from '@afloat/report'
import { publicUrl } from '../provision/fetch/public-url.ts'
import type { Sys } from '../sys/sys.ts'
import { isSignatureGood } from '../sys/verify-signature.ts'
import { b2cError } from './errors.ts'
import { fetch, packMissing } from './fetch.ts'

const home = '/run/afloat/arguments'

/**
 * Fetches the extra arguments of the command line. Where it names keys, one of them must have signed what comes.
 * Throws `b2c/arguments-unreachable`, `b2c/arguments-untrusted`.
 */
export function fetchExtraArguments(sys: Sys, { url, publicKeys }: ExtraArgs): string {
  const target = `${home}/text`
  try {
    sys.makeDirs(home, { mode: 0o700 })
    fetch(sys, { url, target, largestBytes: LONGEST_EXTRA_ARGUMENTS })
  } catch (error) {
    if (!(error instanceof AfloatError)) throw error
    throw b2cError('b2c/arguments-unreachable', `Cannot fetch the extra arguments: ${error.message}`, {
      hint: error.hint ?? 'Check b2c.extra_args_url and the server',
      cause: error,
    })
  }
  const whole = sys.readText(target) ?? ''
  sys.remove(target)
  const { text, signature } = parseSignedArguments(whole)
  if (publicKeys.length > 0) verify(sys, { url, publicKeys }, text, signature)
  return text
}

function verify(
  sys: Sys,
  { url, publicKeys }: ExtraArgs,
  text: string,
  signature: Uint8Array | undefined,
): void {
  const wrong = (what: string) =>
    b2cError('b2c/arguments-untrusted', `Cannot use the extra arguments of ${publicUrl(url)}: ${what}`, {
      hint: 'Sign the file again with the key whose public half is on the command line; or somebody has changed it',
    })
  if (signature === undefined) throw wrong('they are not signed')
  if (!sys.has('openssl')) throw packMissing('Cannot check the signature of the extra arguments', 'openssl')
  const isGood = publicKeys.some((key) =>
    isSignatureGood(sys, home, {
      message: text,
      signature,
      publicKey: decodeBase64(key) ?? new Uint8Array(),
    }),
  )
  if (!isGood) throw wrong('the signature is wrong')
}
