import { isFilled, isObject, type ObjectValue, type Value } from '@afloat/ignition'
import type { Path } from '@afloat/report'

/** Paths of a config that hold something in a field, which is given without list indexes. */
export function forbiddenPaths(config: ObjectValue, field: string): Path[] {
  return filledPaths(config, field.split('.'), [])
}

function filledPaths(value: Value | undefined, steps: readonly string[], path: Path): Path[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => filledPaths(item, steps, [...path, index]))
  const [step, ...rest] = steps
  if (step === undefined) return isFilled(value) ? [path] : []
  return isObject(value) ? filledPaths(value[step], rest, [...path, step]) : []
}
