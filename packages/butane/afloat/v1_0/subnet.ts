/** An address as a number, and how many bits it has: 32 or 128. */
export interface Address {
  readonly bits: 32 | 128
  readonly value: bigint
}

/** A block of addresses, both ends included. */
export interface Block {
  readonly bits: 32 | 128
  readonly first: bigint
  readonly last: bigint
}

/** Reads an IPv4 or IPv6 address; undefined for anything else, zones and mixed notation among it. */
export function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

/** Reads "10.89.0.0/24" or "fd00::/64". Undefined if it is not of that form, or has bits beyond the prefix. */
export function parseSubnet(text: string): Block | undefined {
  const [, start = '', digits = ''] = /^([^/]+)\/([0-9]{1,3})$/.exec(text) ?? []
  const address = parseAddress(start)
  const length = Number(digits)
  if (address === undefined || length > address.bits) return undefined
  const size = 1n << BigInt(address.bits - length)
  if (address.value % size !== 0n) return undefined
  return { bits: address.bits, first: address.value, last: address.value + size - 1n }
}

/** Reads a subnet, or "10.89.0.10-10.89.0.20". */
export function parseRange(text: string): Block | undefined {
  const [, from, to] = /^([^-]+)-([^-]+)$/.exec(text) ?? []
  if (from === undefined || to === undefined) return parseSubnet(text)
  const [first, last] = [parseAddress(from), parseAddress(to)]
  if (first === undefined || last === undefined || first.bits !== last.bits) return undefined
  return first.value > last.value ? undefined : { bits: first.bits, first: first.value, last: last.value }
}

/** Whether all of the inner block lies in the outer one. */
export function contains(outer: Block, inner: Block): boolean {
  return outer.bits === inner.bits && outer.first <= inner.first && inner.last <= outer.last
}

export function overlaps(a: Block, b: Block): boolean {
  return a.bits === b.bits && a.first <= b.last && b.first <= a.last
}

function parseIpv4(text: string): Address | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255))
    return undefined
  return { bits: 32, value: parts.reduce((value, part) => value * 256n + BigInt(part), 0n) }
}

/** Source: RFC 4291, section 2.2 */
function parseIpv6(text: string): Address | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  return { bits: 128, value: groups.reduce((value, group) => value * 65536n + BigInt(`0x${group}`), 0n) }
}
