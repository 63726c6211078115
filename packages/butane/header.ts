import { resolveAlias, type SourceNode } from '@afloat/ignition'
import { type Finding, nearestName, type Path } from '@afloat/report'
import { butaneErrors as errors } from './errors.ts'
import type { Variant } from './variant.ts'
import { findVariant, listVariants, variants } from './variants.ts'

/** The variant a file asks for, or what is wrong with its first two fields and where. */
export function readHeader(root: SourceNode): Variant | { found: Finding; offset: number; path: Path } {
  const name = fieldText(root, 'variant')
  const version = fieldText(root, 'version')
  if (name.text === '') return { found: errors.variantMissing(listVariants()), ...name }
  if (name.text === 'rhcos' && version.text === '0.1.0') return { found: errors.rhcosRemoved(), ...name }
  const known = variants.filter((variant) => variant.name === name.text)
  const newest = (known.findLast((variant) => !variant.version.includes('-')) ?? known.at(-1))?.version
  if (!SEMVER.test(version.text)) return { found: errors.versionInvalid(newest), ...version }
  const names = variants.map((variant) => variant.name)
  const nearest = newest === undefined ? nearestName(name.text, names) : undefined
  const found = errors.variantUnknown(name.text, version.text, nearest, listVariants())
  return findVariant(name.text, version.text) ?? { found, ...(newest === undefined ? name : version) }
}

/** Whether a text, readable or not, seems to be for a variant that only Afloat compiles. */
export function looksOwn(text: string): boolean {
  const name = /^[ {]*["']?variant["']?: *["']?([\w-]+)/m.exec(text)?.[1]
  if (name === undefined) return false
  const nearest = nearestName(name, [...new Set(variants.map((variant) => variant.name))]) ?? name
  return variants.some((variant) => variant.strict && variant.name === nearest)
}

const SEMVER = /^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/

function fieldText(root: SourceNode, key: string): { text: string; offset: number; path: Path } {
  const map = resolveAlias(root)
  const node = map.kind === 'map' ? map.entries.get(key)?.value : undefined
  const scalar = node && resolveAlias(node)
  const text = scalar?.kind === 'scalar' ? scalar.text : ''
  return { text, offset: node?.offset ?? root.offset, path: [key] }
}
