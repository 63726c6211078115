import { findSpec } from '@afloat/ignition'
import { innerConfigCheck } from '../sugar/resource.ts'
import { butaneSpec } from '../translate/butane-spec.ts'
import type { Base } from '../variant.ts'
import { sugar, v0_2 } from './v0_2.ts'

const ignition = findSpec('3.2.0')!

/** Over Ignition 3.2.0. */
export const v0_3: Base = {
  ...v0_2,
  spec: butaneSpec(ignition, '0.3', sugar),
  ignition,
  checks: { ...v0_2.checks, reference: innerConfigCheck(ignition.version) },
}
