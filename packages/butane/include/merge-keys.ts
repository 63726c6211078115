import { isObject, type ListKeys, listKeys, type Value } from '@afloat/ignition'
import { snakeCase } from '../translate/snake-case.ts'
import type { Variant } from '../variant.ts'

/**
 * What tells the entries of a list of a variant apart when files are merged: for lists of Ignition its own keys, else the
 * name of the entries, if they have names. An entry that lacks its name is like no other.
 */
export function mergeKeys(variant: Variant, object: string, field: string): ListKeys | undefined {
  const keys = SUGAR[`${object}.${field}`] ?? ignitionKeys(variant, object, field)
  if (keys === undefined) return undefined
  const { key, nameField } = keys
  const isNameless = (item: Value) => isObject(item) && nameField && item[nameField(item)] === undefined
  return { ...keys, key: (item) => (item === null || isNameless(item) ? Symbol('nameless') : key(item)) }
}

const itself = (item: Value) => item
const by = (field: string) => ({
  key: (item: Value) => (isObject(item) ? item[field] : item),
  nameField: () => field,
})

/** Contents that stand in the config have no source yet. */
const whereFrom = (item: Value) =>
  isObject(item) ? JSON.stringify([item['source'], item['inline'], item['local']]) : item

/** By `object.field`: lists that Ignition does not have, or has in another form. */
const SUGAR: Readonly<Record<string, ListKeys | undefined>> = {
  'configReferences.merge': { what: 'Config', key: whereFrom },
  'tls.certificate_authorities': { what: 'Certificate', key: whereFrom },
  'updates.health': { what: 'Unit', ...by('unit') },
  'updates.public_keys': { what: 'Key', key: itself },
  'user.ssh_authorized_keys_local': { what: 'File', key: itself },
}

function ignitionKeys({ ignition, spec }: Variant, object: string, field: string): ListKeys | undefined {
  const original = Object.keys(ignition.objects[object] ?? {}).find((name) => snakeCase(name) === field)
  if (original !== undefined) return listKeys(object, original)
  const type = spec.objects[object]?.[field]
  const item =
    type?.kind === 'list' && type.item.kind === 'object' ? spec.objects[type.item.object] : undefined
  return item && Object.hasOwn(item, 'name') ? { what: 'Entry', ...by('name') } : undefined
}
