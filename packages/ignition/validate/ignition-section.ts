import type { IgnitionSection } from '../config.ts'
import { ignitionErrors as errors } from '../errors.ts'
import type { Check } from './check.ts'
import { checkRequiredSource } from './resource.ts'
import { urlScheme } from './url.ts'

export const checkConfigReferences: Check<NonNullable<IgnitionSection['config']>> = (
  { merge = [] },
  path,
  add,
) => {
  for (const [index, reference] of merge.entries())
    checkRequiredSource(reference, [...path, 'merge', index], add)
}

type Tls = NonNullable<NonNullable<IgnitionSection['security']>['tls']>

export const checkTls: Check<Tls> = ({ certificateAuthorities = [] }, path, add) => {
  for (const [index, authority] of certificateAuthorities.entries())
    checkRequiredSource(authority, [...path, 'certificateAuthorities', index], add)
}

export const checkProxy: Check<NonNullable<IgnitionSection['proxy']>> = (proxy, path, add) => {
  for (const field of ['httpProxy', 'httpsProxy'] as const) {
    const url = proxy[field]
    if (url === undefined) continue
    const scheme = urlScheme(url)
    if (scheme === undefined) add('error', [...path, field], errors.badUrl(url))
    else if (scheme !== 'http' && scheme !== 'https') add('error', [...path, field], errors.proxyScheme(url))
    else if (scheme === 'http' && field === 'httpsProxy')
      add('warning', [...path, field], errors.proxyInsecure())
  }
}
