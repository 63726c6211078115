import { extendSpec } from '../spec.ts'
import { v3_6 } from '../v3_6/spec.ts'

/** Ignition 3.7.0-experimental is 3.6.0 under the name that later additions will come under. */
export const v3_7_experimental = extendSpec(v3_6, '3.7.0-experimental', {})
