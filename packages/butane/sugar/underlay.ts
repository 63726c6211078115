import { isObject, listKeys, type ObjectShape, type ObjectValue, specs, type Value } from '@afloat/ignition'
import type { Path } from '@afloat/report'
import type { Context } from '../translate/context.ts'

/** An item of a list that sugar has made, and what of the file it was made from. */
export type Made = { readonly value: Value; readonly from: Path }

/**
 * Puts made items under those of a list of the config, as `mergeConfigs` merges a parent config, but keeps the translation
 * map: made items come first, an item of the user with the same key goes into the made one, field by field, and positions
 * of the user's items follow them. An item that the user gave twice stays, so that it is found.
 */
export function underlay(
  config: ObjectValue,
  section: 'storage' | 'systemd',
  list: string,
  made: readonly Made[],
  context: Context,
): void {
  if (made.length === 0) return
  context.map.isMerged = true
  const found = config[section]
  const parent = isObject(found) ? found : {}
  config[section] = {
    ...parent,
    [list]: underlayList(made, parent[list], { object: section, field: list, at: [section, list] }, context),
  }
}

/** A list: the field of an object, and where it stands in the Ignition config. */
interface Place {
  readonly object: string
  readonly field: string
  readonly at: Path
}

function underlayList(
  made: readonly Made[],
  users: Value | undefined,
  place: Place,
  context: Context,
): Value[] {
  const keyOf = listKeys(place.object, place.field)?.key
  const items: Value[] = made.map(({ value }) => value)
  const moved = new Map<number, number>()
  const same = new Map<number, Value>()
  const free = new Map<unknown, number[]>()
  if (keyOf !== undefined)
    for (const [at, { value }] of made.entries())
      free.set(keyOf(value), [...(free.get(keyOf(value)) ?? []), at])
  for (const [index, user] of (Array.isArray(users) ? users : []).entries()) {
    const at = keyOf === undefined ? undefined : free.get(keyOf(user))?.shift()
    moved.set(index, at ?? items.length)
    if (at === undefined) items.push(user)
    else same.set(at, user)
  }
  context.map.moveItems(place.at, moved)
  for (const [index, { value, from }] of made.entries()) {
    const at = [...place.at, index]
    const user = same.get(index)
    if (user === undefined) context.map.addMade(at, from)
    else if (isObject(user) && isObject(value))
      items[index] = underlayFields(value, user, itemObject(place), at, from, context)
  }
  return items
}

function underlayFields(
  made: ObjectValue,
  user: ObjectValue,
  object: string,
  at: Path,
  from: Path,
  context: Context,
): ObjectValue {
  const merged: ObjectValue = { ...made, ...user }
  for (const [field, below] of Object.entries(made)) {
    if (user[field] === undefined) context.map.addMade([...at, field], from)
    else if (Array.isArray(below)) {
      const inner = below.map((value) => ({ value, from }))
      merged[field] = underlayList(inner, user[field], { object, field, at: [...at, field] }, context)
    }
  }
  return merged
}

const objects: Readonly<Record<string, ObjectShape>> = specs.at(-1)!.objects

/** The name of the objects in a list; an empty one for a list of words. */
function itemObject({ object, field }: Place): string {
  const type = objects[object]?.[field]
  return type?.kind === 'list' && type.item.kind === 'object' ? type.item.object : ''
}
