import type { IgnitionConfig, Partition } from '../config.ts'
import { ignitionErrors as errors } from '../errors.ts'
import type { ObjectValue, Value } from '../source/decode.ts'
import type { Spec } from '../spec.ts'
import { walkObjects } from '../walk-objects.ts'
import type { Add } from './check.ts'

/** Reports entries that name the same thing as an earlier one of their list, or of a list that counts with theirs. */
export function checkDuplicates(spec: Spec, config: IgnitionConfig, add: Add): void {
  walkObjects(spec, config as unknown as ObjectValue, (object, value, path) => {
    const seen = new Map<string, Set<unknown>>()
    for (const [field, list] of Object.entries(value)) {
      const rule = RULES[`${object}.${field}`]
      if (!rule || !Array.isArray(list)) continue
      const scope = rule.scope ?? field
      const names = seen.get(scope) ?? new Set()
      seen.set(scope, names)
      for (const [index, item] of list.entries()) {
        const name = rule.key(item)
        if (names.has(name))
          add('error', [...path, field, index], errors.duplicate(rule.what, String(name ?? '')))
        names.add(name)
      }
    }
  })
}

interface Rule {
  readonly what: string
  readonly key: (item: Value) => unknown
  /** Lists of the same scope share their names. */
  readonly scope?: string
}

const itself = (item: Value) => item
const by = (field: string) => (item: Value) => (item as ObjectValue)[field] ?? ''

function partitionKey(item: Value): string {
  const { number, label } = item as unknown as Partition
  return number ? `number:${number}` : label === undefined ? '' : `label:${label}`
}

/** Lists not named here (mkfs options, appended contents) may repeat themselves. */
const RULES: Record<string, Rule | undefined> = {
  'storage.directories': { what: 'Path', key: by('path'), scope: 'nodes' },
  'storage.files': { what: 'Path', key: by('path'), scope: 'nodes' },
  'storage.links': { what: 'Path', key: by('path'), scope: 'nodes' },
  'storage.disks': { what: 'Disk', key: by('device') },
  'storage.raid': { what: 'RAID', key: by('name') },
  'storage.filesystems': { what: 'File system on', key: by('device') },
  'storage.luks': { what: 'LUKS volume', key: by('name') },
  'disk.partitions': { what: 'Partition', key: partitionKey },
  'raid.devices': { what: 'Device', key: itself },
  'luks.openOptions': { what: 'Option', key: itself },
  'clevis.tang': { what: 'Tang server', key: by('url') },
  'passwd.users': { what: 'User', key: by('name') },
  'passwd.groups': { what: 'Group', key: by('name') },
  'user.groups': { what: 'Group', key: itself },
  'user.sshAuthorizedKeys': { what: 'SSH key', key: itself },
  'systemd.units': { what: 'Unit', key: by('name') },
  'unit.dropins': { what: 'Drop-in', key: by('name') },
  'kernelArguments.shouldExist': { what: 'Argument', key: itself, scope: 'arguments' },
  'kernelArguments.shouldNotExist': { what: 'Argument', key: itself, scope: 'arguments' },
  'configReferences.merge': { what: 'Source', key: by('source') },
  'tls.certificateAuthorities': { what: 'Source', key: by('source') },
  'proxy.noProxy': { what: 'Host', key: itself },
  'resource.httpHeaders': { what: 'Header', key: by('name') },
  'reference.httpHeaders': { what: 'Header', key: by('name') },
}

/** All `object.field` pairs with a rule; a test holds them against the spec. */
export const duplicateRules: readonly string[] = Object.keys(RULES)
