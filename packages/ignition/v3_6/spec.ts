import { extendSpec } from '../spec.ts'
import { v3_5 } from '../v3_5/spec.ts'

/** Ignition 3.6.0 adds no field; the setuid, setgid and sticky bits of a mode work, and any Clevis pin is taken. */
export const v3_6 = extendSpec(v3_5, '3.6.0', {})
