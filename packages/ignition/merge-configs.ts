import type { IgnitionConfig } from './config.ts'
import { type ListKeys, listKeys } from './list-keys.ts'
import { isObject, type ObjectValue, type Value } from './source/decode.ts'
import { type FieldType, type ObjectShape, ROOT, type Spec } from './spec.ts'
import { translateUp } from './translate-up.ts'
import { findSpec, specs } from './versions.ts'

/**
 * Merges two valid configs by the rules of the specification; where both say something, the child does.
 * Objects are merged field by field. Lists keep the parent's order: entries of one key are merged where the parent has
 * them, new ones follow. What the child has in another list of the same scope (a link at the path of a file, an argument
 * to remove that was one to add) leaves the parent's list. Lists without keys (mkfs options, appended contents) are
 * appended. A header without value removes the parent's.
 *
 * The result has the later version of the two. It may be invalid although both are valid (a label under two partition
 * numbers), so check it. Merge several children from the first to the last: an entry that changes its list, or a header
 * that is removed, on the way gives other groupings another meaning.
 * Pure. Throws `ignition/cannot-translate` for unknown versions.
 * Source: coreos.github.io/ignition/operator-notes, "Config Merging"
 */
export function mergeConfigs(parent: IgnitionConfig, child: IgnitionConfig): IgnitionConfig {
  const version = laterVersion(parent, child)
  const merged = mergeObjects(findSpec(version)!, ROOT, raised(parent, version), raised(child, version))
  return merged as unknown as IgnitionConfig
}

function laterVersion(...configs: IgnitionConfig[]): string {
  const versions = configs.map(({ ignition }) => ignition.version)
  return specs.findLast((spec) => versions.includes(spec.version))?.version ?? versions[0]!
}

function raised(config: IgnitionConfig, version: string): ObjectValue {
  return translateUp(config, version) as unknown as ObjectValue
}

function mergeObjects(spec: Spec, name: string, parent: ObjectValue, child: ObjectValue): ObjectValue {
  const shape = spec.objects[name]!
  const merged: ObjectValue = {}
  for (const [field, type] of Object.entries(shape)) {
    const [older, newer] = [parent[field], child[field]]
    const value =
      type.kind === 'list'
        ? mergeLists(items(older), items(newer), {
            keys: listKeys(name, field),
            moved: keysInOtherLists(shape, name, field, child),
            merge: (a, b) => mergeValues(spec, type.item, a, b),
          })
        : mergeValues(spec, type, older, newer)
    if (value !== undefined) merged[field] = value
  }
  return merged
}

function mergeValues(
  spec: Spec,
  type: FieldType,
  parent: Value | undefined,
  child: Value | undefined,
): Value | undefined {
  return type.kind === 'object' && isObject(parent) && isObject(child)
    ? mergeObjects(spec, type.object, parent, child)
    : (child ?? parent)
}

interface ListRules {
  readonly keys: ListKeys | undefined
  /** Keys that the child has in other lists of the scope. */
  readonly moved: ReadonlySet<unknown>
  readonly merge: (parent: Value, child: Value) => Value | undefined
}

/** Undefined for what would be an empty list. */
function mergeLists(
  parent: readonly Value[],
  child: readonly Value[],
  { keys, moved, merge }: ListRules,
): Value[] | undefined {
  if (keys === undefined) return filled([...parent, ...child])
  const ofChild = new Map(child.map((item) => [keys.key(item), item]))
  const ofParent = new Set(parent.map(keys.key))
  const kept = parent.flatMap((item) => {
    const key = keys.key(item)
    const match = ofChild.get(key)
    if (match === undefined) return moved.has(key) ? [] : [item]
    if (keys.removes?.(match)) return []
    return merge(item, match) ?? []
  })
  return filled([...kept, ...child.filter((item) => !ofParent.has(keys.key(item)))])
}

function keysInOtherLists(shape: ObjectShape, name: string, field: string, child: ObjectValue): Set<unknown> {
  const scope = listKeys(name, field)?.scope
  const found = new Set<unknown>()
  if (scope === undefined) return found
  for (const other of Object.keys(shape)) {
    const keys = other === field ? undefined : listKeys(name, other)
    if (keys?.scope === scope) for (const item of items(child[other])) found.add(keys.key(item))
  }
  return found
}

function items(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? value : []
}

function filled(list: Value[]): Value[] | undefined {
  return list.length === 0 ? undefined : list
}
