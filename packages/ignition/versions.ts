import type { Spec } from './spec.ts'
import { v3_0 } from './v3_0/spec.ts'
import { v3_1 } from './v3_1/spec.ts'
import { v3_2 } from './v3_2/spec.ts'
import { v3_3 } from './v3_3/spec.ts'
import { v3_4 } from './v3_4/spec.ts'
import { v3_5 } from './v3_5/spec.ts'
import { v3_6 } from './v3_6/spec.ts'
import { v3_7_experimental } from './v3_7_experimental/spec.ts'

/** The versions `parseIgnition` reads, oldest first. */
export const specs: readonly Spec[] = [v3_0, v3_1, v3_2, v3_3, v3_4, v3_5, v3_6, v3_7_experimental]

/** The newest version that will not change any more. */
export const newestStable = v3_6

export function findSpec(version: string): Spec | undefined {
  return specs.find((spec) => spec.version === version)
}
