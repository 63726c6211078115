import {
  decodeText,
  embeddedBytes,
  type FieldType,
  formatIgnition,
  type Gunzip,
  type IgnitionConfig,
  isObject,
  type ObjectValue,
  parseIgnition,
  ROOT,
  type Value,
} from '@afloat/ignition'
import type { Path } from '@afloat/report'
import { snakeCase } from '../translate/snake-case.ts'
import type { Variant } from '../variant.ts'
import { inReadingOrder } from './key-order.ts'

export interface ToSourceOptions {
  /** Whether text in data URLs is to stand in the file as text. */
  readonly inline: boolean
  readonly gunzip: Gunzip | undefined
}

/** A config as the fields of a file of a variant, without any sugar but `inline`. */
export function toSource(config: IgnitionConfig, variant: Variant, options: ToSourceOptions): ObjectValue {
  const normal = JSON.parse(formatIgnition(config)) as ObjectValue
  const { ignition, ...sections } = translate(normal, { kind: 'object', object: ROOT }, []) as ObjectValue
  const { version: _, ...section } = isObject(ignition) ? ignition : {}
  return inReadingOrder({
    variant: variant.name,
    version: variant.version,
    ...(Object.keys(section).length > 0 ? { ignition: section } : {}),
    ...sections,
  })

  function translate(value: Value, type: FieldType, path: Path): Value {
    if (type.kind === 'list' && Array.isArray(value))
      return value.map((item, index) => translate(item, type.item, [...path, index]))
    if (type.kind !== 'object' || !isObject(value)) return value
    const shape = variant.ignition.objects[type.object]!
    const fields = Object.entries(value).map(([field, inner]): [string, Value] => [
      snakeCase(field),
      translate(inner, shape[field]!, [...path, field]),
    ])
    return inReadingOrder(asInline(Object.fromEntries(fields), value, type.object, path))
  }

  function asInline(fields: ObjectValue, resource: ObjectValue, object: string, path: Path): ObjectValue {
    if (!options.inline || !Object.hasOwn(variant.spec.objects[object]!, 'inline')) return fields
    const bytes = embeddedBytes(resource, options.gunzip)
    const text = bytes && decodeText(bytes)
    if (text === undefined) return fields
    // One that cannot be checked, or does not pass, could not be compiled.
    if (path[1] === 'config' && !parseIgnition(text, { applied: false }).report.isEmpty) return fields
    const { source: _, compression: __, ...others } = fields
    return { inline: text, ...others }
  }
}
