/**
 * What a config may hold, as data: object names, their fields and the field types. One description drives reading,
 * unknown-key reports, checking, translation from Butane and the key order of the output.
 */
export interface Spec {
  readonly version: string
  readonly objects: Readonly<Record<string, ObjectShape>>
}

export type ObjectShape = Readonly<Record<string, FieldType>>

export type FieldType =
  | { readonly kind: 'string' | 'integer' | 'boolean' }
  /** A mapping with free keys and string values. */
  | { readonly kind: 'strings' }
  /** A list of strings, or one string. */
  | { readonly kind: 'words' }
  /** A string as a short form, or the object that says the same and more. */
  | { readonly kind: 'text-or-object'; readonly object: string }
  | { readonly kind: 'object'; readonly object: string }
  | { readonly kind: 'list'; readonly item: FieldType }

export const text: FieldType = { kind: 'string' }
export const integer: FieldType = { kind: 'integer' }
export const flag: FieldType = { kind: 'boolean' }
export const texts: FieldType = { kind: 'list', item: text }

export function one(object: string): FieldType {
  return { kind: 'object', object }
}

export function many(object: string): FieldType {
  return { kind: 'list', item: one(object) }
}

/** A list of objects, each of which may be given in short as a string. */
export function manyOrTexts(object: string): FieldType {
  return { kind: 'list', item: { kind: 'text-or-object', object } }
}

/** The object every config starts from. */
export const ROOT = 'config'

/** The same for what is not Ignition: there, new fields come after those that were there, in which order all are checked. */
export function appendSpec(base: Spec, version: string, added: Readonly<Record<string, ObjectShape>>): Spec {
  const objects: Record<string, ObjectShape> = { ...base.objects }
  for (const [name, fields] of Object.entries(added)) objects[name] = { ...objects[name], ...fields }
  return { version, objects }
}

/** A version as a delta: the objects and fields it adds to an earlier one, which stays as it is. */
export function extendSpec(base: Spec, version: string, added: Readonly<Record<string, ObjectShape>>): Spec {
  const objects: Record<string, ObjectShape> = { ...base.objects }
  for (const [name, fields] of Object.entries(added))
    objects[name] = sortFields({ ...objects[name], ...fields })
  return { version, objects }
}

/**
 * Fields in the order the reference program writes them: by its declared names, where abbreviations are upper case,
 * and with what files, directories and links have in common in front.
 */
function sortFields(fields: Record<string, FieldType>): ObjectShape {
  const isNode = COMMON.every((name) => name in fields)
  const rank = (name: string) => (isNode && COMMON.includes(name) ? `!${name}` : declaredName(name))
  const names = Object.keys(fields).toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))
  return Object.fromEntries(names.map((name) => [name, fields[name]!]))
}

const COMMON = ['group', 'overwrite', 'path', 'user']

function declaredName(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replace(/^sh(?=A)/, 'SH')
}
