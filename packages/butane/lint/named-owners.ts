import type { Path } from '@afloat/report'
import type { LintInput } from './lint-input.ts'

export interface NamedOwner {
  readonly name: string
  /** Of the machine. */
  readonly path: string
  /** Where the name stands in the YAML file. */
  readonly at: Path
}

/** Who files, directories and links belong to, where that is said by name. */
export function* namedOwners(input: LintInput, who: 'user' | 'group'): Generator<NamedOwner> {
  for (const kind of ['files', 'directories', 'links'] as const)
    for (const [index, node] of (input.config.storage?.[kind] ?? []).entries()) {
      const name = node[who]?.name
      // The compiler has said already that the owner of a hard link is ignored.
      if (name && !('hard' in node && node.hard))
        yield { name, path: node.path, at: input.origin(['storage', kind, index, who, 'name']) }
    }
}
