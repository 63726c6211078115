/**
 * A JSON or YAML value with the offset (UTF-16 units) it starts at. Both formats are read into this, so that one
 * decoder and one set of checks serve both.
 */
export type SourceNode = MapNode | ListNode | ScalarNode | AliasNode

export interface MapNode {
  readonly kind: 'map'
  readonly offset: number
  /** In source order; a key occurs once. */
  readonly entries: ReadonlyMap<string, MapEntry>
}

export interface MapEntry {
  readonly keyOffset: number
  /** Quoted in the source: then a YAML `<<` is an ordinary key. */
  readonly quoted: boolean
  readonly value: SourceNode
}

export interface ListNode {
  readonly kind: 'list'
  readonly offset: number
  readonly items: readonly SourceNode[]
}

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly offset: number
  /** `plain` is an unquoted YAML scalar: its type depends on what is expected. */
  readonly type: 'string' | 'number' | 'boolean' | 'null' | 'plain'
  readonly text: string
  /** Explicit YAML tag such as `tag:yaml.org,2002:binary`. */
  readonly tag?: string
}

/** A YAML `*name`. Positions below it are the alias's own: that is where the user looks. */
export interface AliasNode {
  readonly kind: 'alias'
  readonly offset: number
  readonly target: SourceNode
}

/** The node an alias stands for. */
export function resolveAlias(node: SourceNode): Exclude<SourceNode, AliasNode> {
  let resolved = node
  while (resolved.kind === 'alias') resolved = resolved.target
  return resolved
}
