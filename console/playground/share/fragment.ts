import { decodeBase64, encodeBase64 } from '@afloat/ignition/base64'
import { transformBytes } from '../compile/transform-bytes.ts'

/** What a link holds, or why it cannot be read. */
export type SharedText = { readonly text: string } | { readonly problem: string }

/** Larger texts are shared as files. */
export const LARGEST_SHARED = 1024 * 1024

/**
 * Writes a text as the fragment of a link, `#v1.` and the text as UTF-8, deflated, in base64url. The part of an address
 * after "#" stays in the browser.
 */
export async function formatFragment(text: string): Promise<string | { problem: string }> {
  const bytes = new TextEncoder().encode(text)
  const packed = await transformBytes(bytes, new CompressionStream('deflate-raw'), LARGEST_SHARED)
  if (bytes.length > LARGEST_SHARED || typeof packed === 'string')
    return { problem: 'The text is larger than 1 MiB: share it as a file' }
  return `#v1.${encodeBase64(packed).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`
}

/** Reads the fragment of a link; undefined for none. Never throws, whatever somebody has put into the link. */
export async function parseFragment(fragment: string): Promise<SharedText | undefined> {
  if (fragment === '' || fragment === '#') return undefined
  const [, version, data] = /^#v(\d{1,4})\.(.*)$/s.exec(fragment) ?? []
  if (version === undefined || data === undefined) return { problem: 'The link holds no configuration' }
  if (version !== '1') return { problem: 'The link is from a newer version of this page' }
  if (data.length > 2 * LARGEST_SHARED) return { problem: 'The link is larger than any that this page makes' }
  const packed = decodeBase64Url(data)
  const bytes =
    packed === undefined
      ? 'broken'
      : await transformBytes(packed, new DecompressionStream('deflate-raw'), LARGEST_SHARED)
  if (bytes === 'large') return { problem: 'The link holds more than 1 MiB of text' }
  const text = bytes === 'broken' ? undefined : decodeText(bytes)
  return text === undefined ? { problem: 'The link is damaged: was it copied whole?' } : { text }
}

function decodeBase64Url(data: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(data)) return undefined
  const standard = data.replaceAll('-', '+').replaceAll('_', '/')
  const bytes = decodeBase64(standard.padEnd(Math.ceil(standard.length / 4) * 4, '='))
  return bytes && new Uint8Array(bytes)
}

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined // not UTF-8
  }
}
