import type { Add, Check, ObjectValue } from '@afloat/ignition'
import { nearestName, type Path } from '@afloat/report'
import { butaneErrors as errors } from '../../errors.ts'
import { isBuiltIn } from './format-quadlet.ts'
import { isPodmanName } from './is-podman-name.ts'
import { listWords } from './list-words.ts'
import { networkErrors } from './network-errors.ts'
import type { Network, Words } from './schema.ts'
import { type Block, contains, overlaps, parseAddress, parseRange, parseSubnet } from './subnet.ts'

/** A network that podman makes. */
export const checkNetwork: Check<ObjectValue> = (value, path, add) => {
  const network = value as Network
  const { name, driver, ipv6, dns = [] } = network
  if (!name) add('error', [...path, 'name'], errors.keyMissing('name', 'of the network'))
  else if (!isPodmanName(name)) add('error', [...path, 'name'], errors.containerName('network', name))
  else if (isBuiltIn(name)) add('error', [...path, 'name'], networkErrors.builtInNetwork(name))
  if (driver !== undefined && !DRIVERS.includes(driver))
    add(
      'error',
      [...path, 'driver'],
      networkErrors.badNetworkDriver(driver, DRIVERS, nearestName(driver, DRIVERS)),
    )

  const subnets = checkSubnets(network, path, add)
  if (ipv6 === false && subnets.some((subnet) => subnet?.bits === 128))
    add('error', [...path, 'ipv6'], networkErrors.ipv6Off())
  for (const key of ['gateway', 'ip_range'] as const) checkInside(key, network[key], subnets, path, add)
  for (const [index, address] of dns.entries())
    if (address !== null && !parseAddress(address))
      add('error', [...path, 'dns', index], networkErrors.badAddress('name server', address))
  for (const key of ['options', 'labels'] as const)
    for (const [option, text] of Object.entries(network[key] ?? {}))
      if (`${option}${text}`.includes('\0')) add('error', [...path, key, option], errors.nulCharacter())
}

/** Podman makes no network whose addresses another one has. */
export function checkOverlaps(networks: readonly (Network | null)[], path: Path, add: Add): void {
  const taken: { block: Block; by: string }[] = []
  for (const [index, network] of networks.entries()) {
    if (!network) continue
    const own = listWords(network.subnet).flatMap((subnet) => parseSubnet(subnet) ?? [])
    const other = taken.find(({ block }) => own.some((one) => overlaps(one, block)))
    if (other) add('error', [...path, index, 'subnet'], networkErrors.subnetTwice(other.by))
    taken.push(...own.map((block) => ({ block, by: network.name ?? '' })))
  }
}

/** Source: podman-systemd.unit(5), `Driver=` */
const DRIVERS: readonly string[] = ['bridge', 'macvlan', 'ipvlan']

function checkSubnets({ subnet }: Network, path: Path, add: Add): (Block | undefined)[] {
  return listWords(subnet).map((text, index) => {
    const block = parseSubnet(text)
    if (!block) add('error', placeOf('subnet', subnet, index, path), networkErrors.badSubnet(text))
    return block
  })
}

/** Gateways and ranges go with the subnets in order. */
function checkInside(
  key: 'gateway' | 'ip_range',
  words: Words | undefined,
  subnets: readonly (Block | undefined)[],
  path: Path,
  add: Add,
): void {
  for (const [index, text] of listWords(words).entries()) {
    const at = placeOf(key, words, index, path)
    const block = key === 'gateway' ? blockOfAddress(text) : parseRange(text)
    const subnet = subnets[index]
    if (!block)
      add(
        'error',
        at,
        key === 'gateway' ? networkErrors.badAddress('gateway', text) : networkErrors.badRange(text),
      )
    else if (index >= subnets.length) add('error', at, networkErrors.subnetMissing(key))
    else if (subnet && !contains(subnet, block)) add('error', at, networkErrors.outsideSubnet(key, text))
  }
}

function blockOfAddress(text: string): Block | undefined {
  const address = parseAddress(text)
  return address && { bits: address.bits, first: address.value, last: address.value }
}

/** Where the word stands; empty items of the list are not counted in `index`. */
function placeOf(key: string, words: Words | undefined, index: number, path: Path): Path {
  if (words === undefined || typeof words === 'string') return [...path, key]
  const places = words.flatMap((word, at) => (word === null ? [] : [at]))
  return [...path, key, places[index] ?? index]
}
