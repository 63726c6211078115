import { findSpec, text } from '@afloat/ignition'
import { decimalModeCheck } from '../sugar/decimal-mode.ts'
import { checkResourceSources, expandResource } from '../sugar/resource.ts'
import { butaneSpec } from '../translate/butane-spec.ts'
import type { Base } from '../variant.ts'

const ignition = findSpec('3.0.0')!

/** Over Ignition 3.0.0: snake case, and contents of files that stand in the config. */
export const v0_1: Base = {
  spec: butaneSpec(ignition, '0.1', { resource: { inline: text } }),
  ignition,
  checks: {
    resource: checkResourceSources,
    file: decimalModeCheck('file'),
    directory: decimalModeCheck('directory'),
  },
  expand: { resource: expandResource },
  steps: [],
}
