import { findSpec } from '@afloat/ignition'
import { innerConfigCheck } from '../sugar/resource.ts'
import { butaneSpec } from '../translate/butane-spec.ts'
import type { Base } from '../variant.ts'
import { sugar, v0_5 } from './v0_5.ts'

const ignition = findSpec('3.5.0')!

/** Over Ignition 3.5.0. */
export const v0_6: Base = {
  ...v0_5,
  spec: butaneSpec(ignition, '0.6', sugar),
  ignition,
  checks: { ...v0_5.checks, reference: innerConfigCheck(ignition.version) },
}
