import type { IgnitionConfig } from './config.ts'
import { listKeys } from './list-keys.ts'
import { mergeObjects } from './merge-objects.ts'
import type { ObjectValue } from './source/decode.ts'
import { ROOT } from './spec.ts'
import { translateUp } from './translate-up.ts'
import { findSpec, specs } from './versions.ts'

/**
 * Merges two valid configs by the rules of the specification; where both say something, the child does.
 * Objects are merged field by field. Lists keep the parent's order: entries of one key are merged where the parent has
 * them, new ones follow. What the child has in another list of the same scope (a link at the path of a file, an argument
 * to remove that was one to add) leaves the parent's list. Lists without keys (mkfs options, appended contents) are
 * appended. A header without value removes the parent's.
 *
 * The result has the later version of the two. It may be invalid although both are valid (a label under two partition
 * numbers), so check it. Merge several children from the first to the last: an entry that changes its list, or a header
 * that is removed, on the way gives other groupings another meaning.
 * Pure. Throws `ignition/cannot-translate` for unknown versions.
 * Source: coreos.github.io/ignition/operator-notes, "Config Merging"
 */
export function mergeConfigs(parent: IgnitionConfig, child: IgnitionConfig): IgnitionConfig {
  const version = laterVersion(parent, child)
  const spec = findSpec(version)!
  const keys = { keys: listKeys }
  return mergeObjects(
    spec,
    ROOT,
    raised(parent, version),
    raised(child, version),
    keys,
  ) as unknown as IgnitionConfig
}

function laterVersion(...configs: IgnitionConfig[]): string {
  const versions = configs.map(({ ignition }) => ignition.version)
  return specs.findLast((spec) => versions.includes(spec.version))?.version ?? versions[0]!
}

function raised(config: IgnitionConfig, version: string): ObjectValue {
  return translateUp(config, version) as unknown as ObjectValue
}
