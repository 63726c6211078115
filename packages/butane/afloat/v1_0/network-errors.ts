import { finding } from '@afloat/report'

const q = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)

/** What can be wrong with networks. */
export const networkErrors = {
  builtInNetwork: (name: string) =>
    finding('butane/built-in-network', `Network ${q(name)} is podman's own`, 'Choose another name'),
  badNetworkDriver: (value: string, known: readonly string[], nearest: string | undefined) =>
    finding(
      'butane/bad-network-driver',
      `Unknown network driver ${q(value)}: expected ${known.join(', ')}`,
      `Write ${nearest ?? 'bridge'}`,
    ),
  badSubnet: (text: string) =>
    finding(
      'butane/bad-subnet',
      `Cannot read subnet ${q(text)}: expected its first address and the length of the prefix`,
      'Write for example 10.89.0.0/24 or fd00:89::/64',
    ),
  badAddress: (what: string, text: string) =>
    finding(
      'butane/bad-address',
      `Cannot read ${q(text)} as the address of a ${what}: expected an IPv4 or IPv6 address`,
    ),
  badRange: (text: string) =>
    finding(
      'butane/bad-range',
      `Cannot read range ${q(text)}: expected a subnet, or two addresses`,
      'Write for example 10.89.0.128/25 or 10.89.0.10-10.89.0.20',
    ),
  subnetMissing: (key: string) =>
    finding('butane/subnet-missing', `There is no subnet for this ${key}`, 'Add one to subnet:'),
  outsideSubnet: (key: string, text: string) =>
    finding(
      'butane/outside-subnet',
      `${q(text)} is not in the subnet of the ${key}`,
      'The first goes with the first subnet, and so on',
    ),
  ipv6Off: () =>
    finding('butane/ipv6-off', 'IPv6 is off, and a subnet is one of IPv6', 'Remove the one or the other'),
  subnetTwice: (name: string) =>
    finding(
      'butane/subnet-twice',
      `Addresses of the subnet belong to network ${q(name)} as well`,
      'Choose another subnet',
    ),
}
