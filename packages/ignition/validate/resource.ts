import type { Finding } from '@afloat/report'
import type { Resource } from '../config.ts'
import { ignitionErrors as errors } from '../errors.ts'
import type { Check } from './check.ts'
import { checkSource, urlScheme } from './url.ts'

export const checkResource: Check<Resource> = (resource, path, add) => {
  const { source, compression, httpHeaders, verification } = resource
  if (compression !== undefined && compression !== '' && compression !== 'gzip')
    add('error', [...path, 'compression'], errors.badCompression(compression))

  if (verification?.hash !== undefined && source === undefined)
    add('error', [...path, 'verification', 'hash'], errors.hashWithoutSource())

  const badSource = source ? checkSource(source) : undefined
  if (badSource) add('error', [...path, 'source'], badSource)

  if (httpHeaders && httpHeaders.length > 0) {
    const scheme = source ? urlScheme(source) : undefined
    if (scheme === undefined) add('error', [...path, 'httpHeaders'], errors.badUrl(source ?? ''))
    else if (scheme !== 'http' && scheme !== 'https')
      add('error', [...path, 'httpHeaders'], errors.headerScheme())
  }
}

/** For resources that are nothing without a source: merged configs and certificate authorities. */
export const checkRequiredSource: Check<Resource> = ({ source }, path, add) => {
  const bad = source ? checkSource(source) : errors.sourceRequired()
  if (bad) add('error', path, bad)
}

export const checkVerification: Check<{ readonly hash?: string }> = ({ hash }, path, add) => {
  const bad = hash === undefined ? undefined : checkHash(hash)
  if (bad) add('error', [...path, 'hash'], bad)
}

function checkHash(hash: string): Finding | undefined {
  const dash = hash.indexOf('-')
  if (dash < 0) return errors.hashMalformed(hash)
  const name = hash.slice(0, dash)
  const sum = hash.slice(dash + 1)
  const digits = HASH_DIGITS[name]
  if (digits === undefined) return errors.hashUnknown(name)
  if (sum.length !== digits) return errors.hashLength(name, digits, sum.length)
  return /^[0-9a-fA-F]*$/.test(sum) ? undefined : errors.hashMalformed(hash)
}

const HASH_DIGITS: Record<string, number | undefined> = { sha256: 64, sha512: 128 }

export const checkHeader: Check<{ readonly name?: string; readonly value?: string }> = (
  { name, value },
  path,
  add,
) => {
  if (!name) add('error', [...path, 'name'], errors.headerName())
  if (value === '') add('error', [...path, 'value'], errors.headerValue())
}
