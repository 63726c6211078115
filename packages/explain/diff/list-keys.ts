import { isObject, type Value } from '@afloat/ignition'

/**
 * What tells an item from others of its list, and the field that says so; no key for items that go by their place.
 * Source: Ignition, the keys by which configs are merged
 */
export function keyOf(object: string, item: Value): { key: string | undefined; field: string } {
  const field = object === 'partition' ? partitionField(item) : (FIELDS[object] ?? '')
  const value = isObject(item) ? item[field] : undefined
  return { key: value === undefined || value === null ? undefined : String(value), field }
}

const FIELDS: Readonly<Record<string, string>> = {
  ...{ file: 'path', directory: 'path', link: 'path' },
  ...{ disk: 'device', filesystem: 'device' },
  ...{ raid: 'name', luks: 'name', user: 'name', passwdGroup: 'name', unit: 'name', dropin: 'name' },
  ...{ header: 'name', tang: 'url' },
}

function partitionField(item: Value): string {
  return isObject(item) && item['number'] ? 'number' : 'label'
}
