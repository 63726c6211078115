import type { Interface, Route } from './config.ts'
import type { Draft } from './draft.ts'
import { readErrors as errors } from './errors.ts'
import type { Field, Located } from './located.ts'
import { addressFamily, isNetworkAddress, parseRoute } from './parse-address.ts'
import { readFields } from './read-fields.ts'

/** `name[,auto|dhcp][,address=][,gateway=][,route=dst:gw][,nameserver=][,forward]` */
export function readInterface(draft: Draft, fields: readonly Field[], spot: number): void {
  const lists = { addresses: [] as string[], routes: [] as Route[], nameservers: [] as string[] }
  const found: { name: string; dhcp: boolean; gateway?: string; forward: boolean } = {
    name: '',
    dhcp: false,
    forward: false,
  }
  const host = (what: string, take: (address: string) => void) => ({
    value: (value: Located) => {
      if (addressFamily(value.text) === undefined) draft.error(value.spot(), errors.badHost(what, value.text))
      else take(value.text)
    },
  })
  const dhcp = { flag: () => (found.dhcp = true) }
  readFields(draft, 'b2c.iface', fields, {
    name: {
      value: (value) => {
        if (isInterfaceName(value.text)) found.name = value.text
        else draft.error(value.spot(), errors.badName('interface', value.text))
      },
    },
    auto: dhcp,
    dhcp,
    address: {
      value: (value) => {
        if (isNetworkAddress(value.text)) lists.addresses.push(value.text)
        else draft.error(value.spot(), errors.badAddress(value.text))
      },
    },
    gateway: host('gateway', (address) => (found.gateway = address)),
    route: {
      value: (value) => {
        const route = parseRoute(value.text)
        if (route) lists.routes.push(route)
        else draft.error(value.spot(), errors.badRoute(value.text))
      },
    },
    nameserver: host('name server', (address) => lists.nameservers.push(address)),
    forward: { flag: () => (found.forward = true) },
  })
  if (found.name === '') return
  draft.place(['interfaces', draft.config.interfaces.length], spot)
  draft.config.interfaces.push({ ...found, ...lists } satisfies Interface)
}

/** Source: Linux, dev_valid_name() */
function isInterfaceName(text: string): boolean {
  return /^[^\s/:,=]{1,15}$/.test(text) && text !== '.' && text !== '..'
}
