import type { SourceNode } from '@afloat/ignition'

/** Whether two trees hold the same, in the same order, wherever it stands. Text must be quoted in both or in neither. */
export function sameContents(a: SourceNode | undefined, b: SourceNode | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  if (a.kind === 'alias' && b.kind === 'alias')
    // What it stands for has been compared at its anchor, and may hold the alias itself.
    return a.target.kind === b.target.kind
  if (a.kind === 'list' && b.kind === 'list')
    return (
      a.items.length === b.items.length && a.items.every((item, index) => sameContents(item, b.items[index]))
    )
  if (a.kind === 'map' && b.kind === 'map') {
    const others = [...b.entries]
    return (
      a.entries.size === others.length &&
      [...a.entries].every(([key, { quoted, value }], index) => {
        const [otherKey, other] = others[index]!
        return key === otherKey && quoted === other.quoted && sameContents(value, other.value)
      })
    )
  }
  return (
    a.kind === 'scalar' && b.kind === 'scalar' && a.text === b.text && a.type === b.type && a.tag === b.tag
  )
}
