import type { TextRule } from './check-fields.ts'
import { releaseError } from './errors.ts'

/** A version of a release: semver without build metadata, because `+` counts boot attempts in file names. */
export type Version = {
  readonly major: number
  readonly minor: number
  readonly patch: number
  /** Identifiers after `-`; numbers are of digits only. */
  readonly preRelease: readonly string[]
}

const number = '(?:0|[1-9][0-9]{0,8})'
const identifier = '(?:0|[1-9][0-9]{0,8}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)'
const grammar = new RegExp(
  `^(${number})\\.(${number})\\.(${number})(?:-(${identifier}(?:\\.${identifier})*))?$`,
)

/** The longest version that is taken. */
export const versionLength = 64

/** Reads MAJOR.MINOR.PATCH[-PRE.RELEASE]; undefined when `text` is not that. Source: semver.org 2.0.0 */
export function parseVersion(text: string): Version | undefined {
  const parts = text.length > versionLength ? null : grammar.exec(text)
  if (parts === null) return undefined
  const [, major, minor, patch, preRelease] = parts
  return {
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch),
    preRelease: preRelease === undefined ? [] : preRelease.split('.'),
  }
}

export function isVersion(text: string): boolean {
  return parseVersion(text) !== undefined
}

/** As a rule for fields. */
export const versionRule: TextRule = {
  pattern: new RegExp(`(?=^.{1,${versionLength}}$)${grammar.source}`),
  expected: 'a version, as in "1.2.3" or "1.2.3-rc.1"',
}

/**
 * Orders two versions: negative when `a` comes before `b`, 0 when they are equal, positive when it comes after.
 * A pre-release comes before its release; its identifiers are compared one by one, numbers before words.
 * Throws `release/bad-version` when one is none.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [versionOf(a), versionOf(b)]
  const numbers = left.major - right.major || left.minor - right.minor || left.patch - right.patch
  return numbers || comparePreReleases(left.preRelease, right.preRelease)
}

function versionOf(text: string): Version {
  const version = parseVersion(text)
  if (version !== undefined) return version
  const shown = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
  throw releaseError('release/bad-version', `Cannot use version ${shown}: expected MAJOR.MINOR.PATCH`, {
    hint: 'Write it as in "1.2.3" or "1.2.3-rc.1"',
  })
}

function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareIdentifiers(a[i]!, b[i]!)
    if (order !== 0) return order
  }
  return a.length - b.length
}

function compareIdentifiers(a: string, b: string): number {
  const [aNumeric, bNumeric] = [/^\d+$/.test(a), /^\d+$/.test(b)]
  if (aNumeric && bNumeric) return Number(a) - Number(b)
  if (aNumeric !== bNumeric) return aNumeric ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}
