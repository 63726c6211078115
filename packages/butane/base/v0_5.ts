import { findSpec, text, texts } from '@afloat/ignition'
import { innerConfigCheck } from '../sugar/resource.ts'
import { expandSshKeys } from '../sugar/ssh-keys.ts'
import { checkUnitSources, expandUnitContents } from '../sugar/unit-contents.ts'
import { butaneSpec } from '../translate/butane-spec.ts'
import type { Base } from '../variant.ts'
import { sugar as earlier } from './v0_2.ts'
import { v0_4 } from './v0_4.ts'

const ignition = findSpec('3.4.0')!

export const sugar = {
  ...earlier,
  unit: { contents_local: text },
  dropin: { contents_local: text },
  user: { ssh_authorized_keys_local: texts },
}

/** Over Ignition 3.4.0; adds local files for units, drop-ins and SSH keys. */
export const v0_5: Base = {
  ...v0_4,
  spec: butaneSpec(ignition, '0.5', sugar),
  ignition,
  checks: {
    ...v0_4.checks,
    reference: innerConfigCheck(ignition.version),
    unit: checkUnitSources,
    dropin: checkUnitSources,
  },
  expand: { ...v0_4.expand, unit: expandUnitContents, dropin: expandUnitContents, user: expandSshKeys },
}
