import { parseCmdline } from '@afloat/cmdline'
import { LARGEST_CONFIG } from '@afloat/ignition'
import type { Sys } from '../../sys/sys.ts'
import { provisionErrors as errors } from '../errors.ts'
import { download } from '../fetch/download.ts'
import { publicUrl } from '../fetch/public-url.ts'
import { type ConfigSearch, readConfig } from './found-config.ts'

/** In memory: before the config is read and accepted, nothing is written to the disk. */
const target = '/run/afloat/config.ign'

/** Fetches the config that `ignition.config.url=` names. */
export function findOnCommandLine(sys: Sys, options: { networkUp: boolean }): ConfigSearch {
  const url = parseCmdline(sys.readText('/proc/cmdline') ?? '').get('ignition.config.url')
  if (url === undefined || url === '') return { kind: 'none' }
  const shown = publicUrl(url)
  if (!/^https?:\/\//i.test(url)) throw errors.configUrlScheme(shown)
  if (!options.networkUp) return { kind: 'needs-network', why: `the config is at ${shown}` }
  try {
    download(sys, { url, target, largestBytes: LARGEST_CONFIG })
    const config = readConfig(sys, target, { channel: 'kernel-command-line', place: shown })
    return config === undefined ? { kind: 'none' } : { kind: 'found', config }
  } finally {
    sys.remove(target)
  }
}
