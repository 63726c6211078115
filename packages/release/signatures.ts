import { decodeBase64 } from '@afloat/ignition/base64'
import { decodeUtf8 } from '@afloat/ignition/utf8'
import { Fields } from './check-fields.ts'
import { releaseError } from './errors.ts'
import { manifestLimits } from './manifest.ts'

/** An ed25519 signature over the exact bytes of a manifest. */
export type Signature = {
  /** The first 16 hexadecimal digits of the SHA-256 of the raw public key. */
  readonly keyId: string
  /** 64 bytes as base64. */
  readonly signature: string
}

const mostSignatures = 16

/**
 * Reads the signatures of a bundle. They are not trusted before one is verified: nothing but their form is known.
 * Throws `release/unsigned` when there are none, `release/bad-signatures` when they cannot be read.
 */
export function parseSignatures(bytes: Uint8Array): Signature[] {
  const text = bytes.length > manifestLimits.signatureBytes ? undefined : decodeUtf8(bytes)
  const list = text === undefined ? undefined : parseJson(text)
  if (!Array.isArray(list))
    throw releaseError(
      'release/bad-signatures',
      'Cannot read bundle: its signatures are damaged, or its first line is',
      {
        hint: 'Fetch or copy the file again',
      },
    )
  if (list.length === 0)
    throw releaseError('release/unsigned', 'Bundle is not signed', {
      hint: 'Build it with afloat release build --key NAME.key',
    })
  return new Fields({ list }, 'signatures', 'release/bad-signatures')
    .list('list', mostSignatures)
    .map(checkSignature)
}

/** Writes signatures as they lie in a bundle. */
export function formatSignatures(signatures: readonly Signature[]): string {
  return JSON.stringify(signatures.map(({ keyId, signature }) => ({ keyId, signature })))
}

function checkSignature(fields: Fields): Signature {
  const keyId = fields.text('keyId', { pattern: /^[0-9a-f]{16}$/, expected: '16 hexadecimal digits' })
  const rule = { pattern: /^[A-Za-z0-9+/]{86}==$/, expected: '64 bytes as base64' }
  const signature = fields.text('signature', rule)
  if (decodeBase64(signature)?.length !== 64)
    throw fields.error('signature', `expected ${rule.expected}`, signature)
  return { keyId, signature }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
