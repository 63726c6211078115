import { base64DataUrl, encodeDataUrl } from '@afloat/ignition'

/**
 * The shortest data URL for the bytes. They are compressed if `gzip` is given and that saves more than the four
 * characters of the word in `compression`.
 */
export function shortestDataUrl(
  bytes: Uint8Array,
  gzip: ((bytes: Uint8Array) => Uint8Array) | undefined,
): { source: string; compression: 'gzip' | '' } {
  const plain = encodeDataUrl(bytes)
  // Below this, gzip's own header and trailer (18 bytes) outweigh any gain.
  if (!gzip || plain.length < 40) return { source: plain, compression: '' }
  const packed = base64DataUrl(gzip(bytes))
  return packed.length + 'gzip'.length < plain.length
    ? { source: packed, compression: 'gzip' }
    : { source: plain, compression: '' }
}
