import { type FieldType, one, ROOT, type Spec } from '@afloat/ignition'
import type { Path } from '@afloat/report'
import { snakeCase } from '../translate/snake-case.ts'

/** The place in an Ignition config of a place in a file made from it: `$.storage.files.0.contents.inline`. */
export function ignitionPath(yamlPath: string, spec: Spec): Path {
  const steps = yamlPath.split('.').slice(1)
  if (steps.length === 1 && (steps[0] === 'variant' || steps[0] === 'version')) return ['ignition', 'version']
  const path: (string | number)[] = []
  let type: FieldType = one(ROOT)
  for (const step of steps) {
    if (type.kind === 'list') {
      path.push(Number(step))
      type = type.item
    } else if (type.kind === 'object') {
      const wanted = step === 'inline' ? 'source' : step
      const fields: [string, FieldType][] = Object.entries(spec.objects[type.object]!)
      const field = fields.find(([name]) => snakeCase(name) === wanted)
      if (field === undefined) break
      path.push(field[0])
      type = field[1]
    } else break
  }
  return path
}
