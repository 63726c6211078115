import { appendSpec, type ObjectShape, ROOT } from '@afloat/ignition'
import { v0_1, v0_2, v0_3, v0_4, v0_5, v0_6, v0_7, v0_8 } from '../base/versions.ts'
import type { Step } from '../translate/context.ts'
import type { Base, Variant } from '../variant.ts'
import { addBootDevice, bootDeviceSugar, discardSugar, mainframeSugar } from './boot-device.ts'
import {
  checkBootDeviceLuks,
  checkBootDeviceV1_3,
  checkBootDeviceV1_6,
  checkBootDeviceV1_7,
  checkMirror,
} from './check-boot-device.ts'
import { checkDisks, warnOfPartitions } from './disks.ts'
import { addGrubUsers, checkGrubUser, grubSugar } from './grub.ts'

/** A version on a base, with the sugar of fcos on top of that of the base. */
function variant(
  version: string,
  base: Base,
  more: { readonly checks?: Variant['checks']; readonly steps?: readonly Step[] } = {},
  ...sugar: readonly Readonly<Record<string, ObjectShape>>[]
): Variant {
  return {
    name: 'fcos',
    version,
    ...base,
    spec: sugar.reduce((spec, added) => appendSpec(spec, version, added), base.spec),
    checks: { ...base.checks, ...more.checks },
    steps: [...base.steps, more.steps ?? []],
    forbidden: {},
    strict: false,
  }
}

const with1_0 = { steps: [warnOfPartitions({ root: false })] }
const with1_3 = {
  checks: { boot_device: checkBootDeviceV1_3, boot_device_mirror: checkMirror },
  steps: [addBootDevice, warnOfPartitions({ root: true })],
}
const with1_5 = {
  checks: { ...with1_3.checks, grub_user: checkGrubUser },
  steps: [...with1_3.steps, addGrubUsers],
}
const with1_6 = {
  checks: { ...with1_5.checks, [ROOT]: checkDisks, boot_device: checkBootDeviceV1_6 },
  steps: with1_5.steps,
}
const with1_7 = {
  checks: { ...with1_6.checks, boot_device: checkBootDeviceV1_7, boot_device_luks: checkBootDeviceLuks },
  steps: with1_6.steps,
}
const sugar1_5 = [bootDeviceSugar, discardSugar, grubSugar]
const sugar1_6 = [...sugar1_5, mainframeSugar]

export const fcosV1_3 = variant('1.3.0', v0_3, with1_3, bootDeviceSugar)
export const fcosV1_5 = variant('1.5.0', v0_5, with1_5, ...sugar1_5)
export const fcosV1_6 = variant('1.6.0', v0_6, with1_6, ...sugar1_6)
export const fcosV1_8 = variant('1.8.0-experimental', v0_8, with1_7, ...sugar1_6)

/** Fedora CoreOS, oldest first. */
export const fcos: readonly Variant[] = [
  variant('1.0.0', v0_1, with1_0),
  variant('1.1.0', v0_2, with1_0),
  variant('1.2.0', v0_3, with1_0),
  fcosV1_3,
  variant('1.4.0', v0_4, with1_3, bootDeviceSugar),
  fcosV1_5,
  fcosV1_6,
  variant('1.7.0', v0_7, with1_7, ...sugar1_6),
  fcosV1_8,
]
