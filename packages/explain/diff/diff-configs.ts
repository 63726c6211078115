import { decodeText, type Gunzip, type IgnitionConfig } from '@afloat/ignition'
import { shownUrl } from '../explain-contents.ts'
import type { ConfigDifferences, Difference, ShownValue } from './difference.ts'
import { type Leaf, leavesOf } from './leaves.ts'
import { unifiedDiff } from './unified-diff.ts'

export interface DiffOptions {
  /** Without it compressed contents are compared as they are. */
  readonly gunzip?: Gunzip
  /** In hexadecimal. */
  readonly sha256: (bytes: Uint8Array) => string
}

/**
 * Compares what two valid configs mean: items of lists by name, contents by their bytes however they are written. Secrets
 * are compared and not shown, but what stands in files is.
 */
export function diffConfigs(
  from: IgnitionConfig,
  to: IgnitionConfig,
  options: DiffOptions,
): ConfigDifferences {
  const before = leavesOf(from, options.gunzip)
  const after = leavesOf(to, options.gunzip)
  const paths = new Set([...before.keys(), ...after.keys()])
  const differences = [...paths]
    .map((path) => compareLeaves(path, before.get(path), after.get(path), options))
    .filter((difference) => difference !== undefined)
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
  return { apiVersion: 'afloat/v1', kind: 'ConfigDifferences', same: differences.length === 0, differences }
}

function compareLeaves(
  path: string,
  before: Leaf | undefined,
  after: Leaf | undefined,
  options: DiffOptions,
): Difference | undefined {
  if (before !== undefined && after !== undefined && isSame(before, after)) return undefined
  const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
  const [oldText, newText] = [textOf(before), textOf(after)]
  const isLong = (before ?? after)?.kind === 'contents' || `${oldText}${newText}`.includes('\n')
  const isText = isLong && oldText !== undefined && newText !== undefined
  return {
    path,
    kind,
    from: isText ? undefined : show(before, options),
    to: isText ? undefined : show(after, options),
    diff: isText ? unifiedDiff(oldText, newText) : undefined,
  }
}

function isSame(a: Leaf, b: Leaf): boolean {
  if (a.kind === 'contents' && b.kind === 'contents' && a.bytes !== undefined && b.bytes !== undefined)
    return sameBytes(a.bytes, b.bytes)
  if (a.kind === 'contents' && b.kind === 'contents') return a.source === b.source
  return JSON.stringify(a) === JSON.stringify(b)
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

/** The text of what can be shown line by line; empty for what is not there. */
function textOf(leaf: Leaf | undefined): string | undefined {
  if (leaf === undefined) return ''
  if (leaf.kind === 'value') return typeof leaf.value === 'string' ? leaf.value : undefined
  return leaf.kind === 'contents' && leaf.bytes !== undefined ? decodeText(leaf.bytes) : undefined
}

function show(leaf: Leaf | undefined, { sha256 }: DiffOptions): ShownValue | undefined {
  if (leaf === undefined || leaf.kind === 'thing') return undefined
  if (leaf.kind === 'secret') return { hidden: true }
  if (leaf.kind === 'value') return leaf.value
  const { source, bytes } = leaf
  return {
    from: /^data:/i.test(source) ? 'config' : shownUrl(source),
    bytes: bytes?.length,
    sha256: bytes && sha256(bytes),
  }
}
