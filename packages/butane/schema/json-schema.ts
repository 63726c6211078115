import { type FieldType, ROOT } from '@afloat/ignition'
import { variablesSchema } from '../afloat/v1_0/variables-schema.ts'
import type { Variant } from '../variant.ts'
import { describeField, describeObject } from './descriptions.ts'

export interface JsonSchema {
  readonly [keyword: string]: unknown
}

/**
 * The JSON Schema (2020-12) of a variant's files, for editors: types, names, descriptions, and what may not be missing.
 * As in the compiler, null is an absent value and any scalar is a string. Stricter in one thing: of the words for
 * booleans, only true and false are taken.
 */
export function jsonSchema(variant: Variant): JsonSchema {
  const { name, version } = variant
  const definitions = reachable(variant).map((object) => [object, objectSchema(variant, object)])
  const { properties, ...root } = objectSchema(variant, ROOT)
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:afloat:schema:${name}:${version}`,
    title: `${name} ${version}`,
    ...root,
    type: 'object',
    properties: variant.variables ? { ...properties, variables: variablesSchema } : properties,
    ...(variant.strict ? { patternProperties: { '^x-': true } } : {}),
    $defs: Object.fromEntries(definitions),
  }
}

/** Names of the objects below the root, sorted. */
function reachable({ spec }: Variant): string[] {
  const found = new Set<string>()
  const visit = (object: string) => {
    for (const type of Object.values(spec.objects[object] ?? {})) {
      const name = objectOf(type)
      if (name === undefined || found.has(name)) continue
      found.add(name)
      visit(name)
    }
  }
  visit(ROOT)
  return [...found].toSorted()
}

function objectOf(type: FieldType): string | undefined {
  if (type.kind === 'list') return objectOf(type.item)
  return type.kind === 'object' || type.kind === 'text-or-object' ? type.object : undefined
}

function objectSchema(variant: Variant, object: string): JsonSchema & { properties: object } {
  const fields = Object.entries(variant.spec.objects[object] ?? {})
  const required = fields
    .map(([field]) => field)
    .filter((field) => describeField(variant.name, object, field).required)
  return {
    description: describeObject(variant.name, object),
    type: ['object', 'null'],
    properties: Object.fromEntries(
      fields.map(([field, type]) => [field, fieldSchema(variant, object, field, type)]),
    ),
    ...(required.length > 0 ? { required } : {}),
    ...(variant.strict ? { additionalProperties: false } : {}),
  }
}

function fieldSchema(variant: Variant, object: string, field: string, type: FieldType): JsonSchema {
  const { text: description, values } = describeField(variant.name, object, field)
  if (object === ROOT && (field === 'variant' || field === 'version'))
    return { description, const: field === 'variant' ? variant.name : variant.version }
  if (values) return { description, enum: [...values, null] }
  return { description, ...typeSchema(type) }
}

function typeSchema(type: FieldType): JsonSchema {
  switch (type.kind) {
    case 'string':
      return { type: ['string', 'number', 'boolean', 'null'] }
    case 'integer':
      return { type: ['integer', 'null'] }
    case 'boolean':
      return { type: ['boolean', 'null'] }
    case 'strings':
      return { type: ['object', 'null'], additionalProperties: typeSchema({ kind: 'string' }) }
    case 'words':
      return {
        type: ['string', 'number', 'boolean', 'array', 'null'],
        items: typeSchema({ kind: 'string' }),
      }
    case 'list':
      return { type: ['array', 'null'], items: typeSchema(type.item) }
    case 'text-or-object':
      return { anyOf: [typeSchema({ kind: 'string' }), typeSchema({ kind: 'object', object: type.object })] }
    case 'object':
      return { $ref: `#/$defs/${type.object}` }
  }
}
