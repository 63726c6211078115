import { decodeDataUrl, type Resource } from '@afloat/ignition'
import { AfloatError } from '@afloat/report'

/** The unpacked bytes; `broken` for what is no sound gzip, `large` for what is too large to look at. */
export type Gunzip = (bytes: Uint8Array) => Uint8Array | 'broken' | 'large'

/** `elsewhere` for what is not in the config, or too large, or packed where nothing unpacks. */
export type Unpacked =
  | { readonly bytes: Uint8Array }
  | { readonly problem: 'not-gzip' | 'broken' | 'elsewhere' }

/** The bytes of contents that stand in a config. */
export function unpack({ source, compression }: Resource, gunzip: Gunzip | undefined): Unpacked {
  if (!source || !/^data:/i.test(source)) return { problem: 'elsewhere' }
  const bytes = decode(source)
  if (!bytes) return { problem: 'elsewhere' }
  if (compression !== 'gzip') return { bytes }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { problem: 'not-gzip' }
  const plain = gunzip?.(bytes) ?? 'large'
  if (plain === 'broken') return { problem: 'broken' }
  return plain === 'large' ? { problem: 'elsewhere' } : { bytes: plain }
}

function decode(source: string): Uint8Array | undefined {
  try {
    return decodeDataUrl(source)
  } catch (error) {
    if (error instanceof AfloatError) return undefined
    throw error
  }
}
