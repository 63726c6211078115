import { flag, integer, many, one, text, texts } from '@afloat/ignition'
import { decimalModeCheck } from '../sugar/decimal-mode.ts'
import { checkMountUnit, checkMountUnitWithoutSwap, mountUnits } from '../sugar/mount-units.ts'
import { addQuadlets, checkQuadlet } from '../sugar/quadlets.ts'
import { checkResourceSources, expandResource } from '../sugar/resource.ts'
import { expandSshKeys } from '../sugar/ssh-keys.ts'
import { addTrees, checkTree } from '../sugar/trees.ts'
import { checkUnitSources, expandUnitContents } from '../sugar/unit-contents.ts'
import { overIgnition } from './over-ignition.ts'

const sources = { inline: text, local: text }

/** Snake case, and contents of files that stand in the config. */
export const v0_1 = overIgnition('3.0.0', '0.1', undefined, {
  sugar: { resource: { inline: text } },
  checks: {
    resource: checkResourceSources,
    file: decimalModeCheck('file'),
    directory: decimalModeCheck('directory'),
  },
  expand: { resource: expandResource },
})

/** Local files, trees and mount units. */
export const v0_2 = overIgnition('3.1.0', '0.2', v0_1, {
  sugar: {
    resource: sources,
    reference: sources,
    filesystem: { with_mount_unit: flag },
    storage: { trees: many('tree') },
    tree: { local: text, path: text },
  },
  checks: { filesystem: checkMountUnitWithoutSwap, tree: checkTree },
  expand: { reference: expandResource },
  steps: [[mountUnits({ swap: false }), addTrees]],
})

export const v0_3 = overIgnition('3.2.0', '0.3', v0_2)

/** Swap units. */
export const v0_4 = overIgnition('3.3.0', '0.4', v0_3, {
  checks: { filesystem: checkMountUnit },
  steps: [[mountUnits({ swap: true }), addTrees]],
})

/** Local files for units, drop-ins and SSH keys. */
export const v0_5 = overIgnition('3.4.0', '0.5', v0_4, {
  sugar: {
    unit: { contents_local: text },
    dropin: { contents_local: text },
    user: { ssh_authorized_keys_local: texts },
  },
  checks: { unit: checkUnitSources, dropin: checkUnitSources },
  expand: { unit: expandUnitContents, dropin: expandUnitContents, user: expandSshKeys },
})

export const v0_6 = overIgnition('3.5.0', '0.6', v0_5)

/** Owners and modes for trees. */
export const v0_7 = overIgnition('3.6.0', '0.7', v0_6, {
  sugar: { tree: { user: one('owner'), group: one('owner'), file_mode: integer, dir_mode: integer } },
})

/** Quadlets. */
export const v0_8 = overIgnition('3.7.0-experimental', '0.8', v0_7, {
  sugar: {
    systemd: { quadlets: many('quadlet') },
    quadlet: { contents: text, contents_local: text, name: text, rootful: flag, dropins: many('dropin') },
  },
  checks: { quadlet: checkQuadlet },
  steps: [[...v0_7.steps.flat(), addQuadlets]],
})
