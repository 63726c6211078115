import { resolveAlias, type SourceNode } from '@afloat/ignition'
import type { Finding, Path } from '@afloat/report'
import { butaneErrors as errors } from './errors.ts'
import type { Variant } from './variant.ts'
import { findVariant, listVariants } from './variants.ts'

/** The variant a file asks for, or what is wrong with its first two fields and where. */
export function readHeader(root: SourceNode): Variant | { found: Finding; offset: number; path: Path } {
  const name = fieldText(root, 'variant')
  const version = fieldText(root, 'version')
  if (name.text === '') return { found: errors.variantMissing(listVariants()), ...name }
  if (!SEMVER.test(version.text)) return { found: errors.versionInvalid(version.text), ...version }
  const found = errors.variantUnknown(name.text, version.text, listVariants())
  return findVariant(name.text, version.text) ?? { found, ...name }
}

const SEMVER = /^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/

function fieldText(root: SourceNode, key: string): { text: string; offset: number; path: Path } {
  const map = resolveAlias(root)
  const node = map.kind === 'map' ? map.entries.get(key)?.value : undefined
  const scalar = node && resolveAlias(node)
  const text = scalar?.kind === 'scalar' ? scalar.text : ''
  return { text, offset: node?.offset ?? root.offset, path: [key] }
}
