import type { Interface } from '@afloat/boot2container'
import { parseIp } from '@afloat/cmdline'
import { b2cError } from '../errors.ts'

/** How the machine gets its network: named interfaces, DHCP on whatever Ethernet there is, or none. */
export type NetworkPlan =
  | { readonly kind: 'off' }
  | { readonly kind: 'any' }
  | { readonly kind: 'named'; readonly interfaces: readonly Interface[] }
  /** One, whichever Ethernet interface there is first; its name is empty. */
  | { readonly kind: 'first'; readonly interface: Interface }

/** `b2c.iface` comes before `ip=` of the kernel, and that before DHCP. Throws `b2c/bad-ip`. */
export function planNetwork(interfaces: readonly Interface[], ip: string | undefined): NetworkPlan {
  if (interfaces.length > 0) return { kind: 'named', interfaces }
  if (ip === undefined || ip === '') return { kind: 'any' }
  const setting = parseIp(ip)
  if (typeof setting === 'string') {
    throw b2cError('b2c/bad-ip', setting, {
      hint: 'Correct "ip=" on the kernel command line, or use b2c.iface',
    })
  }
  if (setting.kind === 'off') return { kind: 'off' }
  const none = { addresses: [], routes: [], nameservers: [], forward: false }
  if (setting.kind === 'dhcp') {
    if (setting.device === undefined) return { kind: 'any' }
    return { kind: 'named', interfaces: [{ ...none, name: setting.device, dhcp: true }] }
  }
  const { address, prefix, gateway, nameservers } = setting
  const named: Interface = {
    ...none,
    name: setting.device ?? '',
    dhcp: false,
    addresses: [`${address}/${prefix}`],
    nameservers,
    ...(gateway === undefined ? {} : { gateway }),
  }
  return setting.device === undefined
    ? { kind: 'first', interface: named }
    : { kind: 'named', interfaces: [named] }
}

/**
 * Returns the lines of a script that sets everything of an interface that is up which does not come by DHCP. Once more is no
 * failure.
 */
export function interfaceScript(
  { name, addresses, gateway, routes, forward }: Interface,
  quote: (argv: readonly string[]) => string,
): string[] {
  const family = (address: string) => (address.includes(':') ? '-6' : '-4')
  const lines = addresses.map((address) => ['ip', family(address), 'addr', 'replace', address, 'dev', name])
  const ways = [...routes, ...(gateway === undefined ? [] : [{ destination: 'default', gateway }])]
  for (const { destination, gateway } of ways) {
    const to = ['route', 'replace', destination, 'via', gateway, 'dev', name]
    // A gateway outside of the interface's own network is what some clouds have.
    lines.push(['ip', family(gateway), ...to, ...(family(gateway) === '-4' ? ['onlink'] : [])])
  }
  return [...lines.map(quote), ...(forward ? forwarding : [])]
}

/**
 * The whole machine forwards: packets come in by one interface and leave by another. A kernel that forwards IPv6 forgets
 * what routers announce, which is where its own addresses and default route come from, unless accept_ra is 2.
 */
const forwarding = [
  'echo 1 > /proc/sys/net/ipv4/ip_forward',
  'for file in /proc/sys/net/ipv6/conf/*/accept_ra; do',
  '  [ -e "$file" ] && read -r accepts < "$file" && [ "$accepts" = 1 ] && echo 2 > "$file"',
  'done',
  '[ ! -e /proc/sys/net/ipv6/conf/all/forwarding ] || echo 1 > /proc/sys/net/ipv6/conf/all/forwarding',
]
