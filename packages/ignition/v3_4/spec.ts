import { extendSpec, flag, text, texts } from '../spec.ts'
import { v3_3 } from '../v3_3/spec.ts'

/** Ignition 3.4.0 adds LUKS open options and offline Tang advertisements. */
export const v3_4 = extendSpec(v3_3, '3.4.0', {
  luks: { discard: flag, openOptions: texts },
  tang: { advertisement: text },
})
