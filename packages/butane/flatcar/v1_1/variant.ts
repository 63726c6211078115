import { v0_5 } from '../../base/v0_5/base.ts'
import type { Variant } from '../../variant.ts'
import { flatcarV1_0 } from '../v1_0/variant.ts'

export const flatcarV1_1: Variant = { ...flatcarV1_0, ...v0_5, version: '1.1.0' }
