import { findSpec } from '@afloat/ignition'
import { checkMountUnit, mountUnits } from '../sugar/mount-units.ts'
import { innerConfigCheck } from '../sugar/resource.ts'
import { addTrees } from '../sugar/trees.ts'
import { butaneSpec } from '../translate/butane-spec.ts'
import type { Base } from '../variant.ts'
import { sugar } from './v0_2.ts'
import { v0_3 } from './v0_3.ts'

const ignition = findSpec('3.3.0')!

/** Over Ignition 3.3.0; adds swap units. */
export const v0_4: Base = {
  ...v0_3,
  spec: butaneSpec(ignition, '0.4', sugar),
  ignition,
  checks: { ...v0_3.checks, reference: innerConfigCheck(ignition.version), filesystem: checkMountUnit },
  steps: [mountUnits({ swap: true }), addTrees],
}
