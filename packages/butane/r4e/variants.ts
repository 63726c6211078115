import { v0_4, v0_5, v0_8 } from '../base/versions.ts'
import type { Variant } from '../variant.ts'
import { variantErrors as errors } from '../variant-errors.ts'

/** What a machine that was installed from an image does not let a config change. */
export const imageOwned = {
  kernelArguments: errors.kernelArgumentsNotSupported,
  'storage.disks': errors.disksNotSupported,
  'storage.filesystems': errors.filesystemsNotSupported,
  'storage.luks': errors.luksNotSupported,
  'storage.raid': errors.raidNotSupported,
}

const v1_0: Variant = { ...v0_4, name: 'r4e', version: '1.0.0', forbidden: imageOwned, strict: false }
const v1_1: Variant = { ...v1_0, ...v0_5, version: '1.1.0' }
const v1_2: Variant = { ...v1_1, ...v0_8, version: '1.2.0-experimental' }

/** RHEL for Edge, oldest first. */
export const r4e = [v1_0, v1_1, v1_2]
