import { findSpec, flag, many, text } from '@afloat/ignition'
import { checkMountUnitWithoutSwap, mountUnits } from '../sugar/mount-units.ts'
import { expandResource, innerConfigCheck } from '../sugar/resource.ts'
import { addTrees, checkTree } from '../sugar/trees.ts'
import { butaneSpec } from '../translate/butane-spec.ts'
import type { Base } from '../variant.ts'
import { v0_1 } from './v0_1.ts'

const ignition = findSpec('3.1.0')!
const sources = { inline: text, local: text }

/** Fields that Butane adds to those of Ignition. */
export const sugar = {
  resource: sources,
  reference: sources,
  filesystem: { with_mount_unit: flag },
  storage: { trees: many('tree') },
  tree: { local: text, path: text },
}

/** Over Ignition 3.1.0; adds local files, trees and mount units. */
export const v0_2: Base = {
  spec: butaneSpec(ignition, '0.2', sugar),
  ignition,
  checks: {
    ...v0_1.checks,
    reference: innerConfigCheck(ignition.version),
    filesystem: checkMountUnitWithoutSwap,
    tree: checkTree,
  },
  expand: { ...v0_1.expand, reference: expandResource },
  steps: [mountUnits({ swap: false }), addTrees],
}
