import { AfloatError, type Finding } from '@afloat/report'
import { decodeDataUrl } from '../data-url.ts'
import { ignitionErrors as errors } from '../errors.ts'
import type { Rules } from './rules.ts'

/** The scheme in lower case, empty if there is none, undefined if the text cannot be a URL. */
export function urlScheme(url: string): string | undefined {
  if (/[\x00-\x1f\x7f]/.test(url) || url.startsWith(':')) return undefined
  const parts = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/.exec(url)
  if (!parts) return /^[^/?#]*:/.test(url) ? undefined : ''
  const [, scheme = '', rest = ''] = parts
  const authority = /^\/\/([^/?#]*)/.exec(rest)?.[1]
  if (authority !== undefined && !/^(\[[^\s\]]*\]|[^\s:]*)(:[0-9]*)?$/.test(authority.replace(/^.*@/, '')))
    return undefined
  return scheme.toLowerCase()
}

/** What is wrong with the URL of a resource, or undefined. Data URLs are decoded. */
export function checkSource(url: string, { schemes }: Rules): Finding | undefined {
  const scheme = urlScheme(url)
  if (scheme === undefined) return errors.badUrl(url)
  if (!schemes.includes(scheme)) return errors.badScheme(url)
  switch (scheme) {
    case 'http':
    case 'https':
      return /^https?:\/\/[^/?#]/i.test(url) ? undefined : errors.badUrl(url)
    case 's3':
      return checkVersionId(url)
    case 'arn':
      return checkArn(url)
    case 'data':
      return checkDataUrl(url)
    default:
      return undefined
  }
}

function checkDataUrl(url: string): Finding | undefined {
  try {
    decodeDataUrl(url)
    return undefined
  } catch (error) {
    if (error instanceof AfloatError) return errors.badDataUrl(error.message.replace(/^[^:]*: /, ''))
    throw error
  }
}

/** arn:partition:s3:region:account:bucket/key or …:accesspoint/name/object/key */
function checkArn(url: string): Finding | undefined {
  const [arn = ''] = url.split('?')
  const sections = arn.split(':')
  const resource = sections.slice(5).join(':')
  const shortest = resource.startsWith('accesspoint/') ? 3 : 2
  if (sections.length < 6 || sections[2] !== 's3' || arn.split('/').length < shortest)
    return errors.badArn(url)
  return checkVersionId(url)
}

function checkVersionId(url: string): Finding | undefined {
  return /[?&]versionId=?(&|#|$)/.test(url) ? errors.badVersionId() : undefined
}
