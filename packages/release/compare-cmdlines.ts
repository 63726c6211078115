import { splitCmdline } from '@afloat/cmdline'

/** How one kernel command line differs from another; all empty when they mean the same. */
export type CmdlineChange = {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** Parameters given several times whose order changed; the last `console=` is the main one, for example. */
  readonly reordered: readonly string[]
}

/**
 * Compares two kernel command lines word by word. The order of different parameters means nothing, that of one
 * parameter given several times does. `usrhash=` differs between any two releases and does not count.
 */
export function compareCmdlines(before: string, after: string): CmdlineChange {
  const [old, now] = [groupWords(before), groupWords(after)]
  const [added, removed, reordered]: [string[], string[], string[]] = [[], [], []]
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const [had, has] = [old.get(key) ?? [], now.get(key) ?? []]
    const [more, less] = [without(has, had), without(had, has)]
    added.push(...more)
    removed.push(...less)
    if (more.length + less.length === 0 && had.some((word, at) => word !== has[at])) reordered.push(key)
  }
  return { added, removed, reordered }
}

/** Words by parameter; those after `--` are for PID 1 and belong together. */
function groupWords(text: string): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  let forInit = false
  for (const word of splitCmdline(text)) {
    forInit ||= word === '--'
    const key = forInit ? '--' : word.replace(/=.*/s, '')
    if (key !== 'usrhash') groups.set(key, [...(groups.get(key) ?? []), word])
  }
  return groups
}

/** The words of `words` that are left when each of `others` is taken out once. */
function without(words: readonly string[], others: readonly string[]): string[] {
  const left = [...words]
  for (const other of others) {
    const at = left.indexOf(other)
    if (at >= 0) left.splice(at, 1)
  }
  return left
}
