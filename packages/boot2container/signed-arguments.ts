import { decodeBase64, encodeBase64 } from '@afloat/ignition/base64'

/** The parameter that holds the signature; other readers of the file do not know it and go on. */
export const SIGNATURE = 'b2c.extra_args_signature'

/**
 * Puts a signature below extra arguments: a last line of its own. What is signed are the bytes above it, by ed25519; for
 * openssl: `pkeyutl -verify -rawin -pubin -inkey KEY -in TEXT -sigfile SIGNATURE`.
 */
export function formatSignedArguments(text: string, signature: Uint8Array): string {
  return `${text}${SIGNATURE}=${encodeBase64(signature)}\n`
}

/** Extra arguments as they are to be signed: lines of parameters, the last one ended. */
export function formatArguments(parameters: readonly string[]): string {
  return parameters.map((parameter) => `${parameter}\n`).join('')
}

export interface SignedArguments {
  /** What the signature is for, and all that may be read once it has been verified. */
  readonly text: string
  /** The 64 bytes. Undefined if there is none, or if anything follows it. */
  readonly signature?: Uint8Array
}

/** Takes the signature from below extra arguments. Pure: it is for the caller to verify it. */
export function parseSignedArguments(file: string): SignedArguments {
  const at = file.lastIndexOf(`\n${SIGNATURE}=`) + 1
  const line = /^([^=]+)=([A-Za-z0-9+/]{86}==)\n?$/.exec(file.slice(at))
  const signature = line?.[1] === SIGNATURE ? decodeBase64(line[2]!) : undefined
  return signature === undefined ? { text: file } : { text: file.slice(0, at), signature }
}
