import type { Check, ObjectValue } from '@afloat/ignition'
import { variantErrors as errors } from '../variant-errors.ts'
import type { BootDevice } from './boot-device.ts'

const layouts = ['aarch64', 'ppc64le', 'x86_64']
const mainframes = ['s390x-eckd', 's390x-virt', 's390x-zfcp']

/** Before mainframes were a layout. */
export const checkBootDeviceV1_3: Check<ObjectValue> = (value, path, add) => {
  const { layout, mirror } = value as BootDevice
  if ((mirror?.devices?.length ?? 0) > 0 && layout === undefined)
    add('warning', [...path, 'mirror'], errors.mirrorWithoutLayout)
  if (layout !== undefined && !layouts.includes(layout))
    add('error', [...path, 'layout'], errors.unknownLayout(layouts))
  checkMirror((mirror ?? {}) as ObjectValue, [...path, 'mirror'], add)
}

/** `mirrorWithoutLayout` says how bad it is. */
function bootDeviceCheck(mirrorWithoutLayout: 'warning' | 'error'): Check<ObjectValue> {
  return (value, path, add) => {
    const { layout, luks = {}, mirror } = value as BootDevice
    const isMirror = (mirror?.devices?.length ?? 0) > 0
    const isMainframe = layout?.startsWith('s390x') === true
    const at = [...path, 'layout']
    if (isMirror && layout === undefined)
      add(mirrorWithoutLayout, [...path, 'mirror'], errors.mirrorWithoutLayout)
    const devices = { 's390x-eckd': /\/dev\/dasd[a-z]$/, 's390x-zfcp': /\/dev\/sd[a-z]$/ }[layout ?? '']
    if (devices !== undefined) {
      if (!luks.device) add('error', at, errors.luksDeviceMissing)
      else if (!devices.test(luks.device)) add('error', at, errors.luksDeviceName)
    } else if (layout !== undefined && ![...layouts, ...mainframes].includes(layout))
      add('error', at, errors.unknownLayout([...layouts, ...mainframes].toSorted()))
    if (isMainframe && isMirror) add('error', at, errors.mirrorNotSupported)
    if (luks.cex?.enabled === true) {
      if (layout === undefined) add('error', [...path, 'luks', 'cex'], errors.cexArchitecture)
      else if (!isMainframe) add('error', at, errors.cexArchitecture)
      if ((luks.tang?.length ?? 0) > 0 || luks.tpm2 === true)
        add('error', [...path, 'luks'], errors.cexWithClevis)
    }
    checkMirror((mirror ?? {}) as ObjectValue, [...path, 'mirror'], add)
  }
}

export const checkBootDeviceV1_6 = bootDeviceCheck('warning')
export const checkBootDeviceV1_7 = bootDeviceCheck('error')

/** Of the mirror itself, and once more of what has it: the reference program tells it twice. */
export const checkMirror: Check<ObjectValue> = (value, path, add) => {
  if ((value as { devices?: unknown[] }).devices?.length === 1)
    add('error', [...path, 'devices'], errors.tooFewMirrorDevices)
}

/** A device that is named is one to encrypt. */
export const checkBootDeviceLuks: Check<ObjectValue> = (value, path, add) => {
  const { cex, device, tang = [], tpm2 } = value as NonNullable<BootDevice['luks']>
  if (!device) return
  const hasTang = tang.some((server) => server !== null && Object.keys(server).length > 0)
  if (!hasTang && tpm2 !== true && cex?.enabled !== true)
    add('error', [...path, 'luks'], errors.luksMethodMissing)
}
