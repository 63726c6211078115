import { type FieldType, isObject, type ObjectValue, ROOT, type Value } from '@afloat/ignition'
import type { Variant } from '../variant.ts'
import type { Context, Place } from './context.ts'
import { snakeCase } from './snake-case.ts'

/**
 * Makes the Ignition config: fields that both formats have are copied, then sugar is expanded. Positions of what
 * moves are recorded in the context's map.
 */
export function translate(source: ObjectValue, variant: Variant, context: Context): ObjectValue {
  const config = translateObject(source, ROOT, { yaml: [], json: [] }, variant, context)
  config['ignition'] = {
    ...(isObject(config['ignition']) ? config['ignition'] : {}),
    version: variant.ignition.version,
  }
  context.map.add(['ignition', 'version'], ['version'])
  for (const [index, stage] of variant.steps.entries()) {
    if (index > 0 && context.hasErrors()) break
    for (const step of stage) step(source, config, context)
  }
  return config
}

function translateObject(
  source: ObjectValue,
  object: string,
  place: Place,
  variant: Variant,
  context: Context,
): ObjectValue {
  const output: ObjectValue = {}
  for (const [field, type] of Object.entries(variant.ignition.objects[object]!)) {
    const name = snakeCase(field)
    const value = source[name]
    // The root's `version` is Butane's own; only `ignition.version` is Ignition's.
    if (value === undefined || !Object.hasOwn(variant.spec.objects[object]!, name)) continue
    const inner = { yaml: [...place.yaml, name], json: [...place.json, field] }
    output[field] = translateValue(value, type, inner, variant, context)
  }
  variant.expand[object]?.(source, output, place, context)
  return output
}

function translateValue(
  value: Value,
  type: FieldType,
  place: Place,
  variant: Variant,
  context: Context,
): Value {
  if (type.kind === 'object' && isObject(value))
    return translateObject(value, type.object, place, variant, context)
  if (type.kind !== 'list' || !Array.isArray(value)) return value
  const items: Value[] = []
  for (const [index, item] of value.entries()) {
    if (item === null) continue
    const inner = { yaml: [...place.yaml, index], json: [...place.json, items.length] }
    if (index !== items.length) context.map.add(inner.json, inner.yaml)
    items.push(translateValue(item, type.item, inner, variant, context))
  }
  return items
}
