import type { IgnitionConfig } from './config.ts'
import { isObject, type Value } from './source/decode.ts'
import { type FieldType, ROOT } from './spec.ts'
import { specs } from './versions.ts'

/**
 * Writes a config as JSON without a final newline: one line, or indented if `pretty`. Keys come in the order of the
 * spec; empty lists and objects are left out, as the reference program does.
 */
export function formatIgnition(config: IgnitionConfig, options: { pretty?: boolean } = {}): string {
  const ordered = order(config as unknown as Value, { kind: 'object', object: ROOT }) ?? {}
  const json = JSON.stringify(ordered, undefined, options.pretty ? 2 : undefined)
  return json.replaceAll(/[<>&\u2028\u2029]/g, escapeCharacter)
}

/** The reference program escapes what HTML or JavaScript could misread; outputs are compared byte by byte. */
function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

const NEWEST = specs.at(-1)!

function order(value: Value | undefined, type: FieldType): Value | undefined {
  if (type.kind === 'list' && Array.isArray(value))
    return value.length === 0 ? undefined : value.map((item) => order(item, type.item) ?? emptyOf(type.item))
  if (type.kind !== 'object' || !isObject(value)) return value
  const fields = Object.entries(NEWEST.objects[type.object]!).flatMap(([name, fieldType]) => {
    const field = order(value[name], fieldType) ?? (isNamed(type.object, name) ? '' : undefined)
    return field === undefined || isImplied(type.object, name, field) ? [] : [[name, field] as const]
  })
  return fields.length === 0 ? undefined : Object.fromEntries(fields)
}

/** A list keeps its length: an empty object in it is written as one. */
function emptyOf(type: FieldType): Value {
  return type.kind === 'object' ? {} : ''
}

/** Accounts are written with their name, be it empty: nothing else looks for it. */
function isNamed(object: string, field: string): boolean {
  return (object === 'user' || object === 'passwdGroup') && field === 'name'
}

/** Partition number 0 means "the next free one", which is also what a missing one means. */
function isImplied(object: string, field: string, value: Value): boolean {
  return object === 'partition' && field === 'number' && value === 0
}
