import { type Check, isObject, type Luks, type ObjectValue } from '@afloat/ignition'
import { bootDeviceOf } from '../fcos/boot-device.ts'
import { variantErrors as errors } from '../variant-errors.ts'

const roleLabel = 'machineconfiguration.openshift.io/role'
const cexArgument = 'rd.luks.key=/etc/luks/cex.key'

export const checkMetadata: Check<ObjectValue> = (value, path, add) => {
  const { name, labels } = value as { name?: string; labels?: Readonly<Record<string, string>> }
  if (!name) add('error', [...path, 'name'], errors.metadataName)
  if (!labels?.[roleLabel]) add('error', [...path, 'labels'], errors.roleLabel)
}

export const checkOpenshift: Check<ObjectValue> = (value, path, add) => {
  const type = value['kernel_type']
  if (type !== undefined && !['', 'default', 'realtime'].includes(String(type)))
    add('error', [...path, 'kernel_type'], errors.kernelType)
}

/** A root that a crypto card unlocks needs a kernel argument, which only fcos adds by itself. */
export const checkCexArgument: Check<ObjectValue> = (source, _path, add) => {
  const { openshift, storage } = source
  const given = isObject(openshift) ? openshift['kernel_arguments'] : undefined
  if (Array.isArray(given) && given.includes(cexArgument)) return
  const volumes = (isObject(storage) ? (storage['luks'] ?? []) : []) as (Luks | null)[]
  const isRoot = volumes.some((volume) => volume?.name === 'root' && volume.cex?.enabled === true)
  for (const needed of [bootDeviceOf(source).luks?.cex?.enabled === true, isRoot])
    if (needed) add('error', ['openshift', 'kernel_arguments'], errors.cexArgumentMissing)
}
