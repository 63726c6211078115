import {
  embeddedBytes,
  type FieldType,
  formatIgnition,
  type Gunzip,
  type IgnitionConfig,
  isObject,
  listKeys,
  type ObjectValue,
  one,
  ROOT,
  specs,
  type Value,
} from '@afloat/ignition'
import { octal } from '../explain-nodes.ts'

/** A value that is compared as a whole. */
export type Leaf =
  | { readonly kind: 'thing' }
  | { readonly kind: 'value'; readonly value: string | number | boolean | readonly string[] }
  | { readonly kind: 'secret'; readonly value: string }
  /** `bytes` if they stand in the config and can be unpacked. */
  | { readonly kind: 'contents'; readonly source: string; readonly bytes: Uint8Array | undefined }

/**
 * All values of a config by path, in its order. Items of lists go by their names, so that their order does not count, and
 * neither does what is empty, or a flag that says what holds anyway.
 */
export function leavesOf(config: IgnitionConfig, gunzip?: Gunzip): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>()
  visit(JSON.parse(formatIgnition(config)) as Value, one(ROOT), '', '', '')
  return leaves

  /** `parent` is the object that the value is the field `name` of. */
  function visit(value: Value, type: FieldType, path: string, name: string, parent: string): void {
    if (type.kind === 'object' && isObject(value)) visitObject(value, type.object, path, name)
    else if (type.kind === 'list' && Array.isArray(value)) visitList(value, type.item, path, name, parent)
    else if (name === 'mode') leaves.set(path, { kind: 'value', value: octal(value as number) })
    else if (SECRETS.has(name)) leaves.set(path, { kind: 'secret', value: String(value) })
    else if (value !== false || MEANINGFUL_FALSE.has(name))
      leaves.set(path, { kind: 'value', value: value as string | number | boolean })
  }

  function visitObject(value: ObjectValue, object: string, path: string, name: string): void {
    const shape = NEWEST.objects[object]!
    const isResource = object === 'resource' || object === 'reference'
    for (const [field, inner] of Object.entries(value)) {
      const at = path === '' ? field : `${path}.${field}`
      if (isResource && field === 'source') visitSource(value, path, name)
      else if (isResource && field === 'compression') {
        // Of contents in the config it is only a way to write them.
        if (inner !== '' && embeddedBytes(value, gunzip) === undefined)
          visit(inner, shape[field]!, at, field, object)
      } else if (object === 'header' && field === 'value')
        leaves.set(at, { kind: 'secret', value: String(inner) })
      else visit(inner, shape[field]!, at, field, object)
    }
  }

  function visitSource(resource: ObjectValue, path: string, name: string): void {
    const source = String(resource['source'])
    if (name === 'keyFile') leaves.set(path, { kind: 'secret', value: source })
    else leaves.set(path, { kind: 'contents', source, bytes: embeddedBytes(resource, gunzip) })
  }

  function visitList(items: Value[], type: FieldType, path: string, name: string, parent: string): void {
    if (type.kind !== 'object' && !SETS.has(name)) {
      leaves.set(path, { kind: 'value', value: items.map(String) })
      return
    }
    for (const [index, item] of items.entries()) {
      const field = isObject(item) ? listKeys(parent, name)?.nameField?.(item) : undefined
      const found = isObject(item) ? item[field ?? ''] : item
      const key = found === undefined || found === null ? undefined : String(found)
      const at = `${path}[${key ?? index}]`
      if (key !== undefined) leaves.set(at, { kind: 'thing' })
      if (!isObject(item)) continue
      const { [field ?? '']: _, ...others } = item
      visit(others, type, at, name, parent)
    }
  }
}

const NEWEST = specs.at(-1)!
/** Flags that are not `false` where they are absent. */
const MEANINGFUL_FALSE = new Set(['enabled', 'mask', 'shouldExist'])
const SECRETS = new Set(['passwordHash'])
/** Lists of words whose order means nothing. */
const SETS = new Set(['sshAuthorizedKeys', 'groups', 'noProxy', 'shouldExist', 'shouldNotExist'])
