import type { ListKeys } from './list-keys.ts'
import { isObject, type ObjectValue, type Value } from './source/decode.ts'
import type { FieldType, ObjectShape, Spec } from './spec.ts'

export type Container = ObjectValue | Value[]

export interface MergeRules {
  /** What tells the entries of a list apart; undefined for a list that is appended to. */
  keys(object: string, field: string): ListKeys | undefined
  /** Fields of the parent that what the child holds stands for. */
  readonly superseded?: (object: string, child: ObjectValue) => readonly string[]
  /** Is told of each value that is put into a merged object or list, and where it stood; of two that are merged, the child's. */
  readonly put?: (into: Container, at: string | number, from: Container, fromAt: string | number) => void
}

/** Merges two objects of a spec field by field; what only one of them has is taken as it is. */
export function mergeObjects(
  spec: Spec,
  name: string,
  parent: ObjectValue,
  child: ObjectValue,
  rules: MergeRules,
): ObjectValue {
  return new Merger(spec, rules).object(name, parent, child)
}

class Merger {
  readonly #spec: Spec
  readonly #rules: MergeRules

  constructor(spec: Spec, rules: MergeRules) {
    this.#spec = spec
    this.#rules = rules
  }

  object(name: string, parent: ObjectValue, child: ObjectValue): ObjectValue {
    const shape = this.#spec.objects[name]!
    const superseded = this.#rules.superseded?.(name, child) ?? []
    const merged: ObjectValue = {}
    for (const [field, type] of Object.entries(shape)) {
      const older = superseded.includes(field) ? undefined : parent[field]
      const value =
        type.kind === 'list'
          ? this.#list(type.item, listOf(older), listOf(child[field]), {
              keys: this.#rules.keys(name, field),
              moved: this.#keysInOtherLists(shape, name, field, child),
            })
          : this.#value(type, older, child[field])
      if (value === undefined) continue
      merged[field] = value
      this.#rules.put?.(merged, field, child[field] === undefined ? parent : child, field)
    }
    return merged
  }

  #value(type: FieldType, parent: Value | undefined, child: Value | undefined): Value | undefined {
    if (!isObject(parent) || !isObject(child)) return child ?? parent
    if (type.kind === 'object') return this.object(type.object, parent, child)
    return type.kind === 'strings' ? this.#strings(parent, child) : child
  }

  #strings(parent: ObjectValue, child: ObjectValue): ObjectValue {
    const merged: ObjectValue = {}
    for (const from of [parent, child])
      for (const [key, value] of Object.entries(from)) {
        Object.defineProperty(merged, key, { value, enumerable: true, configurable: true, writable: true })
        this.#rules.put?.(merged, key, from, key)
      }
    return merged
  }

  /** Undefined for what would be an empty list. */
  #list(
    type: FieldType,
    parent: Value[],
    child: Value[],
    { keys, moved }: { keys: ListKeys | undefined; moved: ReadonlySet<unknown> },
  ): Value[] | undefined {
    const merged: Value[] = []
    const put = (value: Value | undefined, from: Value[], at: number) => {
      if (value === undefined) return
      this.#rules.put?.(merged, merged.length, from, at)
      merged.push(value)
    }
    // The first of a key: what is there twice stays twice, for the check that follows.
    const ofChild = new Map(child.map((item, at) => [keys ? keys.key(item) : at, at] as const).toReversed())
    const met = new Set<number>()
    for (const [at, item] of parent.entries()) {
      const match = keys && ofChild.get(keys.key(item))
      if (match === undefined) {
        if (!(keys && moved.has(keys.key(item)))) put(item, parent, at)
        continue
      }
      met.add(match)
      const other = child[match]!
      if (!keys?.removes?.(other)) put(this.#value(type, item, other), child, match)
    }
    for (const [at, item] of child.entries()) if (!met.has(at)) put(item, child, at)
    return merged.length === 0 ? undefined : merged
  }

  /** Keys that the child has in other lists of the scope. */
  #keysInOtherLists(shape: ObjectShape, name: string, field: string, child: ObjectValue): Set<unknown> {
    const scope = this.#rules.keys(name, field)?.scope
    const found = new Set<unknown>()
    if (scope === undefined) return found
    for (const other of Object.keys(shape)) {
      const keys = other === field ? undefined : this.#rules.keys(name, other)
      if (keys?.scope === scope) for (const item of listOf(child[other])) found.add(keys.key(item))
    }
    return found
  }
}

function listOf(value: Value | undefined): Value[] {
  return Array.isArray(value) ? value : []
}
