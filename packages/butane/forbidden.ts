import {
  type FieldType,
  isFilled,
  isObject,
  type ObjectValue,
  ROOT,
  type Spec,
  type Value,
} from '@afloat/ignition'
import type { Finding, Path } from '@afloat/report'

/** Fields without list indexes (`storage.luks.clevis`), and what to say of a config that holds something in them. */
export type Forbidden = Readonly<Record<string, Finding>>

/** What a config holds that it may not, in the order of the spec. A list is one thing, however much is in it. */
export function* findForbidden(
  config: ObjectValue,
  spec: Spec,
  forbidden: Forbidden,
): Generator<{ path: Path; found: Finding }> {
  yield* search(config, { kind: 'object', object: ROOT }, '', [])

  function* search(
    value: Value | undefined,
    type: FieldType,
    field: string,
    path: Path,
  ): Generator<{ path: Path; found: Finding }> {
    const found = forbidden[field]
    if (found !== undefined) {
      if (isFilled(value)) yield { path, found }
    } else if (type.kind === 'list' && Array.isArray(value)) {
      for (const [index, item] of value.entries()) yield* search(item, type.item, field, [...path, index])
    } else if (type.kind === 'object' && isObject(value)) {
      for (const [name, inner] of Object.entries(spec.objects[type.object]!))
        yield* search(value[name], inner, field === '' ? name : `${field}.${name}`, [...path, name])
    }
  }
}
