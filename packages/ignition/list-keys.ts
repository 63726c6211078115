import type { Partition } from './config.ts'
import type { ObjectValue, Value } from './source/decode.ts'

/** What tells the entries of a list apart, when they are checked for duplicates and when configs are merged. */
export interface ListKeys {
  /** An entry, in words. */
  readonly what: string
  readonly key: (item: Value) => unknown
  /** The field that an entry is called by, where it has a name of its own. */
  readonly nameField?: (item: Value) => string
  /** Lists of the same scope share their keys. */
  readonly scope?: string
  /** Whether an entry of a child config stands for having none. */
  readonly removes?: (item: Value) => boolean
}

/** Undefined for a list whose entries have no keys: it may repeat them, and is appended to. */
export function listKeys(object: string, field: string): ListKeys | undefined {
  return KEYS[`${object}.${field}`]
}

const itself = (item: Value) => item
const by = (field: string) => (item: Value) => (item as ObjectValue)[field] ?? ''
const named = (field: string) => ({ key: by(field), nameField: () => field })

const withoutValue = (item: Value) => (item as ObjectValue)['value'] === undefined

function partitionKey(item: Value): string {
  const { number, label } = item as unknown as Partition
  return number ? `number:${number}` : label === undefined ? '' : `label:${label}`
}

function partitionName(item: Value): string {
  return (item as unknown as Partition).number ? 'number' : 'label'
}

/** Lists not named here (mkfs options, appended contents) may repeat themselves. */
const KEYS: Record<string, ListKeys | undefined> = {
  'storage.directories': { what: 'Path', ...named('path'), scope: 'nodes' },
  'storage.files': { what: 'Path', ...named('path'), scope: 'nodes' },
  'storage.links': { what: 'Path', ...named('path'), scope: 'nodes' },
  'storage.disks': { what: 'Disk', ...named('device') },
  'storage.raid': { what: 'RAID', ...named('name') },
  'storage.filesystems': { what: 'File system on', ...named('device') },
  'storage.luks': { what: 'LUKS volume', ...named('name') },
  'disk.partitions': { what: 'Partition', key: partitionKey, nameField: partitionName },
  'raid.devices': { what: 'Device', key: itself },
  'luks.openOptions': { what: 'Option', key: itself },
  'clevis.tang': { what: 'Tang server', ...named('url') },
  'passwd.users': { what: 'User', ...named('name') },
  'passwd.groups': { what: 'Group', ...named('name') },
  'user.groups': { what: 'Group', key: itself },
  'user.sshAuthorizedKeys': { what: 'SSH key', key: itself },
  'systemd.units': { what: 'Unit', ...named('name') },
  'unit.dropins': { what: 'Drop-in', ...named('name') },
  'kernelArguments.shouldExist': { what: 'Argument', key: itself, scope: 'arguments' },
  'kernelArguments.shouldNotExist': { what: 'Argument', key: itself, scope: 'arguments' },
  'configReferences.merge': { what: 'Source', key: by('source') },
  'tls.certificateAuthorities': { what: 'Source', key: by('source') },
  'proxy.noProxy': { what: 'Host', key: itself },
  'resource.httpHeaders': { what: 'Header', ...named('name'), removes: withoutValue },
  'reference.httpHeaders': { what: 'Header', ...named('name'), removes: withoutValue },
}

/** All `object.field` pairs with keys; a test holds them against the spec. */
export const keyedLists: readonly string[] = Object.keys(KEYS)
