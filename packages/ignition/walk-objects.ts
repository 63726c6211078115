import type { Path } from '@afloat/report'
import { isObject, type ObjectValue, type Value } from './source/decode.ts'
import { type FieldType, ROOT, type Spec } from './spec.ts'

/** Calls `visit` for every object of a decoded config, parents first, lists in order. */
export function walkObjects(
  spec: Spec,
  config: ObjectValue,
  visit: (object: string, value: ObjectValue, path: Path) => void,
): void {
  walk(config, { kind: 'object', object: ROOT }, [])

  function walk(value: Value | undefined, type: FieldType, path: Path): void {
    if (type.kind === 'list' && Array.isArray(value)) {
      for (const [index, item] of value.entries()) walk(item, type.item, [...path, index])
    } else if ((type.kind === 'object' || type.kind === 'text-or-object') && isObject(value)) {
      visit(type.object, value, path)
      for (const [field, fieldType] of Object.entries(spec.objects[type.object]!))
        walk(value[field], fieldType, [...path, field])
    }
  }
}
