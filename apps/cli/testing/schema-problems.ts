/** The part of JSON Schema 2020-12 that `config schema` writes. */
export interface Schema {
  readonly $id?: string
  readonly $schema?: string
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
  readonly title?: string
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, true>>
  readonly additionalProperties?: false | Schema
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}

/** Where and how a value does not fit a schema. A keyword that is not known here throws: nothing goes unchecked. */
export function schemaProblems(schema: Schema, value: unknown, at = '$', root: Schema = schema): string[] {
  const unknown = Object.keys(schema).filter((keyword) => !KEYWORDS.has(keyword))
  if (unknown.length > 0) throw new Error(`Cannot check keywords: ${unknown.join(', ')}`)
  const target = schema.$ref === undefined ? undefined : root.$defs?.[schema.$ref.replace('#/$defs/', '')]
  if (schema.$ref !== undefined && !target) throw new Error(`Cannot follow ${schema.$ref}`)

  const problems = target ? schemaProblems(target, value, at, root) : []
  const types = schema.type === undefined ? undefined : [schema.type].flat()
  if (types && !types.some((type) => isOfType(value, type))) return [...problems, `${at}: wrong type`]
  if ('const' in schema && value !== schema.const) problems.push(`${at}: not the constant`)
  if (schema.enum && !schema.enum.includes(value)) problems.push(`${at}: not one of the choices`)
  if (schema.anyOf?.every((choice) => schemaProblems(choice, value, at, root).length > 0))
    problems.push(`${at}: none of the forms`)
  if (Array.isArray(value) && schema.items)
    for (const [index, item] of value.entries())
      problems.push(...schemaProblems(schema.items, item, `${at}.${index}`, root))
  if (isOfType(value, 'object')) problems.push(...objectProblems(schema, value as object, at, root))
  return problems
}

function objectProblems(schema: Schema, value: object, at: string, root: Schema): string[] {
  const missing = (schema.required ?? []).filter((key) => !Object.hasOwn(value, key))
  const problems = missing.map((key) => `${at}: ${key} is missing`)
  const patterns = Object.keys(schema.patternProperties ?? {}).map((pattern) => new RegExp(pattern))
  for (const [key, field] of Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const known = schema.properties?.[key]
    if (known) problems.push(...schemaProblems(known, field, `${at}.${key}`, root))
    else if (patterns.some((pattern) => pattern.test(key))) continue
    else if (schema.additionalProperties === false) problems.push(`${at}.${key}: not allowed`)
    else if (schema.additionalProperties)
      problems.push(...schemaProblems(schema.additionalProperties, field, `${at}.${key}`, root))
  }
  return problems
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  return typeof value === type
}

const KEYWORDS = new Set([
  ...['$id', '$schema', '$ref', '$defs', 'title', 'description', 'type', 'const', 'enum'],
  ...['properties', 'patternProperties', 'additionalProperties', 'required', 'items', 'anyOf'],
])
