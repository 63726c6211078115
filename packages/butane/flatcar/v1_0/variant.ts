import { v0_4 } from '../../base/v0_4/base.ts'
import type { Variant } from '../../variant.ts'

export const flatcarV1_0: Variant = {
  ...v0_4,
  name: 'flatcar',
  version: '1.0.0',
  forbidden: ['storage.luks.clevis'],
  strict: false,
}
