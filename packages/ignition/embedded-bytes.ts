import type { Resource } from './config.ts'
import { decodeDataUrl } from './data-url.ts'

/** Unpacks gzip. May throw, for what is no gzip and for what would become too large. */
export type Gunzip = (packed: Uint8Array) => Uint8Array

/**
 * What a resource holds, unpacked, if that stands in the config. Undefined for other URLs and for what cannot be
 * unpacked; without `gunzip` that is everything compressed. Throws `ignition/bad-data-url`.
 */
export function embeddedBytes({ source, compression }: Resource, gunzip?: Gunzip): Uint8Array | undefined {
  if (source === undefined || !/^data:/i.test(source)) return undefined
  const bytes = decodeDataUrl(source)
  if (compression !== 'gzip') return bytes
  try {
    return gunzip?.(bytes)
  } catch {
    return undefined
  }
}
