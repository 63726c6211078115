import { decodeDataUrl, embeddedBytes, type Gunzip, type Resource } from '@afloat/ignition'
import type { Contents } from './explanation.ts'

/** Undefined for a resource without a source. */
export function explainContents(resource: Resource | undefined, gunzip?: Gunzip): Contents | undefined {
  const { source, compression, verification } = resource ?? {}
  if (source === undefined || source === '') return undefined
  const inConfig = /^data:/i.test(source)
  const isPacked = compression === 'gzip'
  return {
    from: inConfig ? 'config' : shownUrl(source),
    bytes: embeddedBytes({ source, compression: compression ?? '' }, gunzip)?.length,
    packedBytes: inConfig && isPacked ? decodeDataUrl(source).length : undefined,
    compression: isPacked ? 'gzip' : undefined,
    hash: verification?.hash,
  }
}

/** A URL without what may be secret in it: user, password and query. */
export function shownUrl(url: string): string {
  return url.replace(/\/\/[^/?#]*@/, '//').replace(/[?#].*$/s, '?…')
}
