import type { Finding } from '@afloat/report'
import type { Resource } from '../config.ts'
import { ignitionErrors as errors } from '../errors.ts'
import type { Check, VersionCheck } from './check.ts'
import type { Rules } from './rules.ts'
import { checkSource, urlScheme } from './url.ts'

/** A merged config or a certificate authority. */
export const checkReference: VersionCheck<Resource> = (reference, path, add, rules) => {
  if (rules.fullReferences) checkResource(reference, path, add, rules)
  else checkGivenSource(reference, path, add, rules)
}

export const checkResource: VersionCheck<Resource> = (resource, path, add, rules) => {
  const { source, compression, httpHeaders, verification } = resource
  if (compression !== undefined && compression !== '' && compression !== 'gzip')
    add('error', [...path, 'compression'], errors.badCompression(compression))

  if (verification?.hash !== undefined && source === undefined)
    add('error', [...path, 'verification', 'hash'], errors.hashWithoutSource())

  checkGivenSource(resource, path, add, rules)

  if (httpHeaders && httpHeaders.length > 0) {
    const scheme = source ? urlScheme(source) : undefined
    if (scheme === undefined) add('error', [...path, 'httpHeaders'], errors.badUrl(source ?? ''))
    else if (scheme !== 'http' && scheme !== 'https')
      add('error', [...path, 'httpHeaders'], errors.headerScheme())
  }
}

const checkGivenSource: VersionCheck<Resource> = ({ source }, path, add, rules) => {
  const bad = source ? checkSource(source, rules) : undefined
  if (bad) add('error', [...path, 'source'], bad)
}

/** For resources that are nothing without a source: merged configs and certificate authorities. */
export const checkRequiredSource: VersionCheck<Resource> = ({ source }, path, add, rules) => {
  const bad = source ? checkSource(source, rules) : errors.sourceRequired()
  if (bad) add('error', path, bad)
}

export const checkVerification: VersionCheck<{ readonly hash?: string }> = ({ hash }, path, add, rules) => {
  const bad = hash === undefined ? undefined : checkHash(hash, rules)
  if (bad) add('error', [...path, 'hash'], bad)
}

function checkHash(hash: string, { hashes }: Rules): Finding | undefined {
  const dash = hash.indexOf('-')
  if (dash < 0) return errors.hashMalformed(hash)
  const name = hash.slice(0, dash)
  const sum = hash.slice(dash + 1)
  const digits = hashes.includes(name) ? HASH_DIGITS[name] : undefined
  if (digits === undefined) return errors.hashUnknown(name)
  if (sum.length !== digits) return errors.hashLength(name, digits, sum.length)
  return /^[0-9a-fA-F]*$/.test(sum) ? undefined : errors.hashDigits()
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
