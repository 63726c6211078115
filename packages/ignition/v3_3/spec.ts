import { extendSpec, one, texts } from '../spec.ts'
import { v3_2 } from '../v3_2/spec.ts'

/** Ignition 3.3.0 adds kernel arguments (and the filesystem format `none`). */
export const v3_3 = extendSpec(v3_2, '3.3.0', {
  config: { kernelArguments: one('kernelArguments') },
  kernelArguments: { shouldExist: texts, shouldNotExist: texts },
})
