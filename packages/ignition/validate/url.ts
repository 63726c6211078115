import { AfloatError, type Finding } from '@afloat/report'
import { decodeDataUrl } from '../data-url.ts'
import { ignitionErrors as errors } from '../errors.ts'
import type { Rules } from './rules.ts'

/**
 * The scheme in lower case, empty if there is none, undefined if the text cannot be a URL. As lenient, and as strict, as the
 * reference program's library: RFC 3986 with any character in paths and queries, and no host needed.
 */
export function urlScheme(url: string): string | undefined {
  if (/[\x00-\x1f\x7f]/.test(url) || url.startsWith(':')) return undefined
  const [, beforeFragment = '', fragment = ''] = /^([^#]*)(?:#(.*))?$/s.exec(url)!
  const [, scheme = '', rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(.*)$/s.exec(beforeFragment)!
  const path = rest.replace(/\?.*$/s, '')
  if (!isEscapedWell(fragment)) return undefined
  if (!path.startsWith('/')) {
    if (scheme !== '') return scheme.toLowerCase()
    if (/^[^/]*:/.test(path)) return undefined
  }
  const hasAuthority = path.startsWith('//') && (scheme !== '' || !path.startsWith('///'))
  const [, authority = '', below = ''] = hasAuthority ? /^\/\/([^/]*)(.*)$/s.exec(path)! : [path, '', path]
  return isAuthority(authority) && isEscapedWell(below) ? scheme.toLowerCase() : undefined
}

function isEscapedWell(text: string): boolean {
  return !/%(?![0-9A-Fa-f]{2})/.test(text)
}

/** `USER:PASSWORD@HOST:PORT`; a host may be empty, a port too. */
function isAuthority(authority: string): boolean {
  const at = authority.lastIndexOf('@')
  const user = authority.slice(0, Math.max(at, 0))
  if (!/^[A-Za-z0-9._:~!$&'()*+,;=%@-]*$/.test(user) || !isEscapedWell(user)) return false
  const host = authority.slice(at + 1)
  if (host.startsWith('[')) {
    const [, inside = '', zone = '', port] = /^\[(.*?)(%25.*)?\]([^\]]*)$/s.exec(host) ?? []
    return port !== undefined && /^(:[0-9]*)?$/.test(port) && isHost(inside) && isEscapedWell(zone)
  }
  const colon = host.lastIndexOf(':')
  return (colon < 0 || /^:[0-9]*$/.test(host.slice(colon))) && isHost(host)
}

/** Of ASCII, only what RFC 3986 allows, and `<`, `>` and quotes; escapes stand for other characters. */
function isHost(host: string): boolean {
  return !/[\x00-\x20#%/?@\\^`{|}\x7f]/.test(host.replaceAll(/%25|%[89A-Fa-f][0-9A-Fa-f]/g, ''))
}

/** What is wrong with the URL of a resource, or undefined. Data URLs are decoded. */
export function checkSource(url: string, { schemes }: Rules): Finding | undefined {
  const scheme = urlScheme(url)
  if (scheme === undefined) return errors.badUrl(url)
  if (!schemes.includes(scheme)) return errors.badScheme(url)
  switch (scheme) {
    case 'http':
    case 'https':
      return /^https?:\/\/[^/?#]/i.test(url) ? undefined : errors.urlWithoutHost(url)
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
