import type { Route } from './config.ts'

export type Family = 4 | 6

/** 4 or 6 for an IP address, undefined for anything else. */
export function addressFamily(text: string): Family | undefined {
  if (isIpv4(text)) return 4
  return isIpv6(text) ? 6 : undefined
}

/** Whether it is an address with the length of its network's prefix, `10.0.0.2/24`. */
export function isNetworkAddress(text: string): boolean {
  const [address = '', prefix = '', ...rest] = text.split('/')
  const family = addressFamily(address)
  return (
    rest.length === 0 &&
    family !== undefined &&
    /^\d{1,3}$/.test(prefix) &&
    Number(prefix) <= longestPrefix(family)
  )
}

/**
 * Reads `DESTINATION:GATEWAY`. The destination is a network, an address or `default`; an IPv6 address needs its prefix
 * length or brackets, because of its colons. Undefined for anything else.
 */
export function parseRoute(text: string): Route | undefined {
  const parts =
    /^\[([0-9a-fA-F:.]+)\](\/\d+)?:(.+)$/.exec(text) ??
    /^([0-9a-fA-F:.]+)(\/\d+):(.+)$/.exec(text) ??
    /^(default|[0-9.]+)():(.+)$/.exec(text)
  if (!parts) return undefined
  const [, to = '', prefix = '', via = ''] = parts
  const gateway = via.replace(/^\[(.*)\]$/, '$1')
  const family = addressFamily(gateway)
  if (family === undefined) return undefined
  if (to === 'default') return { destination: to, gateway }
  if (addressFamily(to) !== family) return undefined
  const destination = `${to}${prefix || `/${longestPrefix(family)}`}`
  return isNetworkAddress(destination) ? { destination, gateway } : undefined
}

function longestPrefix(family: Family): number {
  return family === 4 ? 32 : 128
}

function isIpv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
}

/** Source: RFC 4291, section 2.2 */
function isIpv6(text: string): boolean {
  const tail = /^(.*:)((?:\d+\.){3}\d+)$/.exec(text)
  if (tail && !isIpv4(tail[2]!)) return false
  const halves = (tail ? `${tail[1]}0:0` : text).split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  return (
    groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) &&
    (halves.length === 2 ? groups.length < 8 : groups.length === 8)
  )
}
