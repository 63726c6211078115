import { bless } from '../slots/judge-entry.ts'
import type { Sys } from '../sys/sys.ts'
import type { Problem } from './judge.ts'

/** Makes a release the one that boots. One that the boot loader could not start again is none to keep: why is returned. */
export function tryToBless(sys: Sys, disk: string, rootHash: string): Problem | undefined {
  try {
    bless(sys, disk, rootHash)
    return undefined
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error)
    return { code: 'health/not-bootable', text: `it could not be started again: ${found}` }
  }
}
