import { findSpec, flag, many, text } from '@afloat/ignition'
import { decimalModeCheck } from '../../sugar/decimal-mode.ts'
import { addMountUnits, checkMountUnit } from '../../sugar/mount-units.ts'
import { checkResourceSources, expandResource, innerConfigCheck } from '../../sugar/resource.ts'
import { addTrees, checkTree } from '../../sugar/trees.ts'
import { butaneSpec } from '../../translate/butane-spec.ts'
import type { Base } from '../../variant.ts'

const ignition = findSpec('3.3.0')!
const sources = { inline: text, local: text }

/** Fields that Butane adds to those of Ignition. */
export const sugar = {
  resource: sources,
  reference: sources,
  filesystem: { with_mount_unit: flag },
  storage: { trees: many('tree') },
  tree: { local: text, path: text },
}

/** Distribution-neutral sugar over Ignition 3.3.0. */
export const v0_4: Base = {
  spec: butaneSpec(ignition, '0.4', sugar),
  ignition,
  checks: {
    resource: checkResourceSources,
    reference: innerConfigCheck(ignition.version),
    file: decimalModeCheck('file'),
    directory: decimalModeCheck('directory'),
    filesystem: checkMountUnit,
    tree: checkTree,
  },
  expand: { resource: expandResource, reference: expandResource },
  steps: [addMountUnits, addTrees],
}
