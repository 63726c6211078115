import type { Path } from '@afloat/report'
import type { SourceNode } from './source-node.ts'

/** Offset of the deepest value along `path` that is written in the source; a missing field gives its parent. */
export function locate(root: SourceNode, path: Path): number {
  let node = root
  for (const step of path) {
    const next: SourceNode | undefined =
      node.kind === 'map' && typeof step === 'string'
        ? node.entries.get(step)?.value
        : node.kind === 'list' && typeof step === 'number'
          ? node.items[step]
          : undefined
    if (next === undefined) break
    node = next
  }
  return node.offset
}
