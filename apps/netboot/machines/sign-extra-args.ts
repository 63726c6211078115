import { generateKeyPairSync, hash } from 'node:crypto'
import { signArguments } from '@afloat/build/sign-arguments'

/** Signs what machines fetch after they have started, with a key that their command line names. */
export type ExtraArgsSigner = {
  /** The 32 bytes, base64. */
  readonly publicKey: string
  /** The text with the signature as its last line, and a name made of the text. */
  sign(text: string): { readonly name: string; readonly text: string }
}

/**
 * A signer with a new key. It need not be kept: a machine fetches its arguments seconds after its command line, which
 * names the key. Where that came by HTTPS, the arguments may come by HTTP: the initramfs does not know our authority.
 */
export function newSigner(): ExtraArgsSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url')
  return {
    publicKey: raw.toString('base64'),
    sign: (text) => ({ name: hash('sha256', text).slice(0, 16), text: signArguments(text, privateKey) }),
  }
}
