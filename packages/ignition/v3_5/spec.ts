import { extendSpec, flag, one } from '../spec.ts'
import { v3_4 } from '../v3_4/spec.ts'

/** Ignition 3.5.0 adds LUKS volumes whose key is bound to a crypto card (CEX) of an s390x machine. */
export const v3_5 = extendSpec(v3_4, '3.5.0', {
  luks: { cex: one('cex') },
  cex: { enabled: flag },
})
