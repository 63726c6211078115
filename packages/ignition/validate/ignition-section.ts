import type { IgnitionSection } from '../config.ts'
import { ignitionErrors as errors } from '../errors.ts'
import type { Check, VersionCheck } from './check.ts'
import { checkRequiredSource } from './resource.ts'
import { urlScheme } from './url.ts'

type References = NonNullable<IgnitionSection['config']>

export const checkConfigReferences: VersionCheck<References> = ({ merge = [] }, path, add, rules) => {
  if (!rules.fullReferences) return
  for (const [index, reference] of merge.entries())
    checkRequiredSource(reference, [...path, 'merge', index], add, rules)
}

type Tls = NonNullable<NonNullable<IgnitionSection['security']>['tls']>

export const checkTls: VersionCheck<Tls> = ({ certificateAuthorities = [] }, path, add, rules) => {
  for (const [index, authority] of certificateAuthorities.entries()) {
    const at = [...path, 'certificateAuthorities', index]
    if (rules.fullReferences) checkRequiredSource(authority, at, add, rules)
    else if (!authority.source) add('error', [...at, 'source'], errors.badScheme(''))
  }
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
