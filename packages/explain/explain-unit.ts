import type { Unit } from '@afloat/ignition'
import type { ExplainedUnit } from './explanation.ts'

export function explainUnit({ name, enabled, mask, contents, dropins = [] }: Unit): ExplainedUnit {
  return {
    name,
    enabled,
    masked: mask,
    written: Boolean(contents),
    // One without contents is not written.
    dropins: dropins.filter((dropin) => dropin.contents).map((dropin) => dropin.name),
  }
}
