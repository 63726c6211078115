import { v0_4, v0_5, v0_8 } from '../base/versions.ts'
import type { Variant } from '../variant.ts'
import { variantErrors as errors } from '../variant-errors.ts'

export const flatcarV1_0: Variant = {
  ...v0_4,
  name: 'flatcar',
  version: '1.0.0',
  forbidden: { 'storage.luks.clevis': errors.clevisNotSupported },
  strict: false,
}

export const flatcarV1_1: Variant = { ...flatcarV1_0, ...v0_5, version: '1.1.0' }

export const flatcarV1_2: Variant = {
  ...flatcarV1_1,
  ...v0_8,
  version: '1.2.0-experimental',
  forbidden: { 'storage.luks.cex': errors.cexNotSupported },
}

/** Oldest first. */
export const flatcar = [flatcarV1_0, flatcarV1_1, flatcarV1_2]
