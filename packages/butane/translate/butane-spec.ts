import { extendSpec, type ObjectShape, type Spec } from '@afloat/ignition'
import { snakeCase } from './snake-case.ts'

/**
 * The spec of Butane files that become Ignition of the given spec: the same objects with snake-case names, variant
 * and version on top, plus what `sugar` adds.
 */
export function butaneSpec(
  ignition: Spec,
  version: string,
  sugar: Readonly<Record<string, ObjectShape>>,
): Spec {
  const objects: Record<string, ObjectShape> = {}
  for (const [name, fields] of Object.entries(ignition.objects))
    objects[name] = Object.fromEntries(
      Object.entries(fields).map(([field, type]) => [snakeCase(field), type]),
    )
  const { version: _, ...ignitionSection } = objects['ignition']!
  const base = { version, objects: { ...objects, ignition: ignitionSection } }
  return extendSpec(base, version, { config: HEADER, ...merged(sugar) })
}

const HEADER: ObjectShape = { variant: { kind: 'string' }, version: { kind: 'string' } }

function merged(sugar: Readonly<Record<string, ObjectShape>>): Record<string, ObjectShape> {
  return { ...sugar, config: { ...HEADER, ...sugar['config'] } }
}
