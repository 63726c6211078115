import { appendSpec, type ObjectShape, type Spec } from '@afloat/ignition'
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
  const config = { ...HEADER, ...objects['config'] }
  return appendSpec({ version, objects: { ...objects, config, ignition: ignitionSection } }, version, sugar)
}

const HEADER: ObjectShape = { variant: { kind: 'string' }, version: { kind: 'string' } }
