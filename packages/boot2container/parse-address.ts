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

/** Whether an address lies in a network, `10.0.0.2/24`. */
export function isInNetwork(address: string, network: string): boolean {
  const [base = '', length = ''] = network.split('/')
  if (addressFamily(address) !== addressFamily(base)) return false
  return bitsOf(address).slice(0, Number(length)) === bitsOf(base).slice(0, Number(length))
}

function bitsOf(address: string): string {
  const bits = (numbers: readonly number[], width: number) =>
    numbers.map((number) => number.toString(2).padStart(width, '0')).join('')
  if (isIpv4(address)) return bits(address.split('.').map(Number), 8)
  const quad = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)?.slice(1).map(Number)
  const text = quad
    ? address.replace(/[\d.]+$/, `${hex(quad[0]! * 256 + quad[1]!)}:${hex(quad[2]! * 256 + quad[3]!)}`)
    : address
  const [head = [], tail = []] = text.split('::').map((half) => (half === '' ? [] : half.split(':')))
  const missing = Array<string>(8 - head.length - tail.length).fill('0')
  return bits(
    [...head, ...missing, ...tail].map((group) => Number.parseInt(group, 16)),
    16,
  )
}

function hex(number: number): string {
  return number.toString(16)
}
