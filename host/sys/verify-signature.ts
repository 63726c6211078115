import { formatPublicKeyPem } from '@afloat/release'
import type { Sys } from './sys.ts'

export type SignedMessage = {
  readonly message: Uint8Array | string
  readonly signature: Uint8Array
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array
}

/**
 * Whether a signature by Ed25519 is good. `dir` is a folder for files that are gone when this returns: openssl wants files.
 * Its exit code is 1 for a bad signature and for anything else that went wrong.
 */
export function isSignatureGood(
  sys: Sys,
  dir: string,
  { message, signature, publicKey }: SignedMessage,
): boolean {
  const files = ['message', 'signature', 'key.pem'].map((name) => `${dir}/${name}`)
  const [messageFile = '', signatureFile = '', keyFile = ''] = files
  sys.makeDirs(dir, { mode: 0o700 })
  sys.writeFile(messageFile, message)
  sys.writeFile(signatureFile, signature)
  sys.writeFile(keyFile, formatPublicKeyPem(publicKey))
  const inputs = ['-inkey', keyFile, '-in', messageFile, '-sigfile', signatureFile]
  const { code } = sys.run(['openssl', 'pkeyutl', '-verify', '-pubin', '-rawin', ...inputs])
  for (const file of files) sys.remove(file)
  return code === 0
}
