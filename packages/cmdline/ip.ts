/** How one network interface gets its address, from the `ip=` parameter. */
export type IpSetting =
  | { readonly kind: 'off' }
  | { readonly kind: 'dhcp'; readonly device?: string }
  | {
      readonly kind: 'static'
      readonly address: string
      /** Length of the network prefix in bits. */
      readonly prefix: number
      readonly gateway?: string
      readonly hostname?: string
      readonly device?: string
      readonly nameservers: readonly string[]
    }

/**
 * Reads the value of `ip=`, IPv4 only: `off|none`, `dhcp|on|any`, `<device>:dhcp`, or
 * `client:server:gateway:netmask:hostname:device:autoconf:dns0:dns1`, where the netmask may be a prefix length.
 * Returns a sentence that says what is wrong when it is none of these.
 * Source: Linux, Documentation/admin-guide/nfs/nfsroot.rst; dracut.cmdline(7) for the short forms.
 */
export function parseIp(value: string): IpSetting | string {
  const automatic = ['dhcp', 'on', 'any', 'both']
  if (value === 'off' || value === 'none') return { kind: 'off' }
  if (automatic.includes(value)) return { kind: 'dhcp' }
  const fields = value.split(':')
  if (fields.length === 2 && automatic.includes(fields[1]!)) return { kind: 'dhcp', device: fields[0]! }
  if (fields.length < 4)
    return `Cannot read ip="${value}": expected "dhcp", "DEVICE:dhcp" or client:server:gateway:netmask:…`
  const [client = '', , gateway = '', netmask = '', hostname = '', device = '', auto = '', ...dns] = fields
  if (client === '' && automatic.includes(auto))
    return device === '' ? { kind: 'dhcp' } : { kind: 'dhcp', device }
  if (!isIpv4(client)) return `Cannot read ip="${value}": client address "${client}" is not an IPv4 address`
  const prefix = prefixOf(netmask)
  if (prefix === undefined) return `Cannot read ip="${value}": "${netmask}" is not a netmask`
  if (gateway !== '' && !isIpv4(gateway))
    return `Cannot read ip="${value}": gateway "${gateway}" is not an IPv4 address`
  const badDns = dns.slice(0, 2).find((address) => address !== '' && !isIpv4(address))
  if (badDns !== undefined) return `Cannot read ip="${value}": name server "${badDns}" is not an IPv4 address`
  return {
    kind: 'static',
    address: client,
    prefix,
    nameservers: dns.slice(0, 2).filter(isIpv4),
    ...(gateway === '' ? {} : { gateway }),
    ...(hostname === '' ? {} : { hostname }),
    ...(device === '' ? {} : { device }),
  }
}

function isIpv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)
}

/** Returns the prefix length of "255.255.255.0" or "24". */
function prefixOf(netmask: string): number | undefined {
  if (/^\d{1,2}$/.test(netmask)) return Number(netmask) <= 32 ? Number(netmask) : undefined
  if (!isIpv4(netmask)) return undefined
  const bits = netmask
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('')
  return /^1*0*$/.test(bits) ? bits.replace(/0/g, '').length : undefined
}
