import { v0_5, v0_8 } from '../base/versions.ts'
import { imageOwned } from '../r4e/variants.ts'
import type { Variant } from '../variant.ts'

const v1_0: Variant = { ...v0_5, name: 'fiot', version: '1.0.0', forbidden: imageOwned, strict: false }
const v1_1: Variant = { ...v1_0, ...v0_8, version: '1.1.0-experimental' }

/** Fedora IoT, oldest first. */
export const fiot = [v1_0, v1_1]
