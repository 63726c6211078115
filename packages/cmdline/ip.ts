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
 * Reads the value of `ip=`, IPv4 only: `off|none`, `dhcp|on|any|both|bootp|rarp`, `<device>:dhcp`, or
 * `client:server:gateway:netmask:hostname:device:autoconf:dns0:dns1`, where fields may be empty, those at the end be
 * missing, and the netmask be a prefix length. Without a client address it is autoconfiguration, unless that is `off`;
 * without a netmask that of the address's class. All kinds of autoconfiguration are DHCP, as in kernels of today.
 * Returns a sentence that says what is wrong when it is none of these.
 * Source: Linux, Documentation/admin-guide/nfs/nfsroot.rst, net/ipv4/ipconfig.c; dracut.cmdline(7) for `<device>:dhcp`.
 */
export function parseIp(value: string): IpSetting | string {
  const wrong = (problem: string) => `Cannot read ip="${value}": ${problem}`
  if (isOff(value)) return { kind: 'off' }
  if (isAutomatic(value)) return { kind: 'dhcp' }
  const fields = value.split(':')
  if (fields.length === 2 && isAutomatic(fields[1]!)) return automatic(fields[0]!)
  const [client = '', , gateway = '', netmask = '', hostname = '', device = '', auto = '', ...dns] = fields
  if (fields.length > 1 && (client === '' || client === '0.0.0.0')) {
    if (isOff(auto)) return { kind: 'off' }
    return auto === '' || isAutomatic(auto)
      ? automatic(device)
      : wrong(`"${auto}" is no kind of autoconfiguration: expected "dhcp" or "off"`)
  }
  if (!isIpv4(client)) {
    return fields.length < 4
      ? wrong('expected "dhcp", "DEVICE:dhcp" or client:server:gateway:netmask:…')
      : wrong(`client address "${client}" is not an IPv4 address`)
  }
  const prefix = netmask === '' ? prefixOfClass(client) : prefixOf(netmask)
  if (prefix === undefined)
    return wrong(netmask === '' ? `address "${client}" needs a netmask` : `"${netmask}" is not a netmask`)
  if (gateway !== '' && !isIpv4(gateway)) return wrong(`gateway "${gateway}" is not an IPv4 address`)
  const badDns = dns.slice(0, 2).find((address) => address !== '' && !isIpv4(address))
  if (badDns !== undefined) return wrong(`name server "${badDns}" is not an IPv4 address`)
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

function isOff(text: string): boolean {
  return text === 'off' || text === 'none'
}

/** `dhcp` may have a client identifier, "dhcp,TYPE,VALUE". */
function isAutomatic(text: string): boolean {
  return /^(on|any|both|bootp|rarp|dhcp(,.*)?)$/.test(text)
}

function automatic(device: string): IpSetting {
  return device === '' ? { kind: 'dhcp' } : { kind: 'dhcp', device }
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

/** Classes A, B and C; others have none. */
function prefixOfClass(address: string): number | undefined {
  const first = Number(address.split('.')[0])
  if (first >= 224) return undefined
  return first < 128 ? 8 : first < 192 ? 16 : 24
}
