import type { Sys } from '../../sys/sys.ts'
import { findOnEsp } from './esp.ts'
import { findInFirmware } from './firmware.ts'
import type { ConfigSearch } from './found-config.ts'
import { findOnCommandLine } from './kernel-command-line.ts'

/** The channels through which a config reaches a machine; the first that has one wins. */
const channels: readonly ((sys: Sys, options: { networkUp: boolean }) => ConfigSearch)[] = [
  findOnCommandLine,
  findInFirmware,
  findOnEsp,
]

/** Looks for the machine's config. Throws for one that is there and cannot be used: no other is tried then. */
export function findConfig(sys: Sys, options: { networkUp: boolean }): ConfigSearch {
  for (const channel of channels) {
    const search = channel(sys, options)
    if (search.kind !== 'none') return search
  }
  return { kind: 'none' }
}
