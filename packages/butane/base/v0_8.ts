import { findSpec, flag, many, text } from '@afloat/ignition'
import { addQuadlets, checkQuadlet } from '../sugar/quadlets.ts'
import { innerConfigCheck } from '../sugar/resource.ts'
import { butaneSpec } from '../translate/butane-spec.ts'
import type { Base } from '../variant.ts'
import { sugar as earlier, v0_7 } from './v0_7.ts'

const ignition = findSpec('3.7.0-experimental')!

export const sugar = {
  ...earlier,
  systemd: { quadlets: many('quadlet') },
  quadlet: { contents: text, contents_local: text, name: text, rootful: flag, dropins: many('dropin') },
}

/** Over Ignition 3.7.0-experimental; adds quadlets. */
export const v0_8: Base = {
  ...v0_7,
  spec: butaneSpec(ignition, '0.8', sugar),
  ignition,
  checks: { ...v0_7.checks, reference: innerConfigCheck(ignition.version), quadlet: checkQuadlet },
  steps: [...v0_7.steps, addQuadlets],
}
