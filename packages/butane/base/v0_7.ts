import { findSpec, integer, one } from '@afloat/ignition'
import { innerConfigCheck } from '../sugar/resource.ts'
import { butaneSpec } from '../translate/butane-spec.ts'
import type { Base } from '../variant.ts'
import { sugar as earlier } from './v0_5.ts'
import { v0_6 } from './v0_6.ts'

const ignition = findSpec('3.6.0')!

export const sugar = {
  ...earlier,
  tree: {
    ...earlier.tree,
    user: one('owner'),
    group: one('owner'),
    file_mode: integer,
    dir_mode: integer,
  },
}

/** Over Ignition 3.6.0; adds owners and modes for trees. */
export const v0_7: Base = {
  ...v0_6,
  spec: butaneSpec(ignition, '0.7', sugar),
  ignition,
  checks: { ...v0_6.checks, reference: innerConfigCheck(ignition.version) },
}
