import { isObject, type ObjectValue, type Value } from '@afloat/ignition'
import type { Path } from '@afloat/report'
import type { Context } from '../translate/context.ts'

/** An item of a list that sugar has made, and what of the file it was made from. */
export type Made = { readonly value: ObjectValue; readonly from: Path }

/** How the items of a list are told apart; undefined for one that has no name. */
export type KeyOf = string | ((item: ObjectValue) => unknown)

/**
 * Puts made items under those of a list of the config, as Ignition merges a parent config: they come first, an item of the
 * user with the same key goes into the made one, field by field, and positions of the user's items follow them.
 * `inner` names lists of the items that are merged in the same way.
 */
export function underlay(
  config: ObjectValue,
  list: Path,
  made: readonly Made[],
  key: KeyOf,
  context: Context,
  inner: Readonly<Record<string, KeyOf>> = {},
): void {
  if (made.length === 0) return
  const parent = objectAt(config, list.slice(0, -1))
  const name = String(list.at(-1))
  parent[name] = mergeItems(made, parent[name], list, key, context, inner)
}

function mergeItems(
  made: readonly Made[],
  users: Value | undefined,
  list: Path,
  key: KeyOf,
  context: Context,
  inner: Readonly<Record<string, KeyOf>>,
): Value[] {
  const items: Value[] = made.map(({ value }) => value)
  const moved = new Map<number, number>()
  const same = new Map<number, ObjectValue>()
  const free = new Map<unknown, number[]>()
  for (const [at, { value }] of made.entries())
    free.set(keyOf(value, key), [...(free.get(keyOf(value, key)) ?? []), at])
  for (const [index, user] of (Array.isArray(users) ? users : []).entries()) {
    const at = free.get(keyOf(user, key))?.shift()
    moved.set(index, at ?? items.length)
    if (at === undefined) items.push(user)
    else same.set(at, user as ObjectValue)
  }
  context.map.moveItems(list, moved)
  for (const [at, one] of made.entries()) {
    const user = same.get(at)
    if (user === undefined) context.map.addMade([...list, at], one.from)
    else items[at] = mergeItem(one, user, [...list, at], context, inner)
  }
  return items
}

function mergeItem(
  { value, from }: Made,
  user: ObjectValue,
  place: Path,
  context: Context,
  inner: Readonly<Record<string, KeyOf>>,
): ObjectValue {
  const item: ObjectValue = { ...value, ...user }
  for (const [field, below] of Object.entries(value)) {
    const above = user[field]
    const key = inner[field]
    if (above === undefined) context.map.addMade([...place, field], from)
    else if (key !== undefined && Array.isArray(below)) {
      const made = below.map((part) => ({ value: part as ObjectValue, from }))
      item[field] = mergeItems(made, above, [...place, field], key, context, {})
    } else if (Array.isArray(below) && Array.isArray(above))
      item[field] = [...below, ...above.filter((one) => !below.includes(one))]
  }
  return item
}

function keyOf(item: Value, key: KeyOf): unknown {
  if (!isObject(item)) return undefined
  return typeof key === 'string' ? item[key] : key(item)
}

/** The object at a path, made where it is missing. */
function objectAt(config: ObjectValue, path: Path): ObjectValue {
  let at = config
  for (const step of path) {
    const next = at[step]
    const object = isObject(next) ? next : {}
    at[step] = object
    at = object
  }
  return at
}
