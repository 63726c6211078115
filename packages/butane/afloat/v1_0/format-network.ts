import { formatWord, type UnitEntry } from '@afloat/unitfile'
import { entry, formatUnitOf } from './format-unit-of.ts'
import { listWords } from './list-words.ts'
import type { Network, Words } from './schema.ts'

/** The Quadlet file of a network that `checkNetwork` has accepted, or that containers only name. */
export function formatNetwork(network: Network, survive: boolean): string {
  const { name = '', driver, ipv6, internal, disable_dns: disableDns, dns, options, labels } = network
  const subnets = listWords(network.subnet)
  const needsIpv6 = ipv6 === true || subnets.some((subnet) => subnet.includes(':'))
  const entries = [
    entry('NetworkName', name),
    ...(driver === undefined ? [] : [entry('Driver', driver)]),
    ...list('Subnet', subnets),
    ...list('Gateway', network.gateway),
    ...list('IPRange', network.ip_range),
    ...(needsIpv6 ? [entry('IPv6', 'true')] : []),
    ...(internal === true ? [entry('Internal', 'true')] : []),
    ...list('DNS', dns),
    ...(disableDns === true ? [entry('DisableDNS', 'true')] : []),
    ...pairs('Options', options),
    ...pairs('Label', labels),
  ]
  return formatUnitOf(`Network ${name}`, survive, [{ name: 'Network', entries }])
}

function list(key: string, values: Words | undefined): UnitEntry[] {
  return listWords(values).map((value) => entry(key, value))
}

/** Entries of the form `KEY=name=value`. */
export function pairs(key: string, values: Readonly<Record<string, string>> = {}): UnitEntry[] {
  return Object.entries(values).map(([name, value]) => entry(key, formatWord(`${name}=${value}`)))
}
