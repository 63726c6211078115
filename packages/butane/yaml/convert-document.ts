import type { MapEntry, ScalarNode, SourceNode } from '@afloat/ignition'
import type { Finding } from '@afloat/report'
import { LineIndex } from '@afloat/report'
import { isAlias, isMap, isScalar, isSeq, type Node, type ParsedNode, type Scalar } from 'yaml'
import { butaneErrors as errors } from '../errors.ts'
import type { ParsedYaml } from './parse-yaml.ts'

/**
 * Turns the library's tree into ours. An alias stays a reference, so a small text stays small; the reader follows it
 * only where the config has a field. Keys given twice and unknown aliases are problems. Offsets count from `start`.
 */
export function convertDocument(contents: ParsedNode | null, text: string, start = 0): ParsedYaml {
  if (contents === null) return { root: undefined }
  const converter = new Converter(text, start)
  const root = converter.node(contents)
  return converter.problems.length > 0 ? { problems: converter.problems } : { root }
}

class Converter {
  readonly problems: { found: Finding; offset: number }[] = []
  readonly #text: string
  readonly #offset: number
  readonly #lines: LineIndex
  readonly #anchors = new Map<string, SourceNode>()

  constructor(text: string, offset: number) {
    this.#text = text
    this.#offset = offset
    this.#lines = new LineIndex(text)
  }

  node(node: Node | null, fallbackOffset = 0): SourceNode {
    const offset = node ? this.#offset + this.#start(node) : fallbackOffset
    if (isAlias(node)) return this.#alias(node.source, offset)
    if (isMap(node)) {
      const entries = new Map<string, MapEntry>()
      const map = this.#anchored(node, { kind: 'map', offset, entries })
      for (const pair of node.items)
        this.#entry(pair.key as Node | null, pair.value as Node | null, entries, offset)
      return map
    }
    if (isSeq(node)) {
      const items: SourceNode[] = []
      const list = this.#anchored(node, { kind: 'list', offset, items })
      for (const item of node.items) items.push(this.node(item as Node | null, offset))
      return list
    }
    if (!isScalar(node)) return { kind: 'scalar', type: 'null', offset, text: '' }
    return this.#anchored(node, scalarNode(node, offset))
  }

  #entry(
    keyNode: Node | null,
    valueNode: Node | null,
    entries: Map<string, MapEntry>,
    mapOffset: number,
  ): void {
    const key = this.node(keyNode, mapOffset)
    const target = key.kind === 'alias' ? key.target : key
    const value = this.node(valueNode, key.offset)
    if (target.kind !== 'scalar') {
      this.problems.push({ found: errors.badKey(), offset: key.offset })
      return
    }
    const earlier = entries.get(target.text)
    if (earlier) {
      const { line } = this.#lines.position(earlier.keyOffset - this.#offset)
      this.problems.push({ found: errors.duplicateKey(target.text, line), offset: key.offset })
    } else entries.set(target.text, { keyOffset: key.offset, quoted: target.type !== 'plain', value })
  }

  #alias(name: string, offset: number): SourceNode {
    const target = this.#anchors.get(name)
    if (target) return { kind: 'alias', offset, target }
    this.problems.push({ found: errors.unknownAlias(name), offset })
    return { kind: 'scalar', type: 'null', offset, text: '' }
  }

  /** Registered before the contents are read: an anchor may be used inside its own value, which the reader refuses. */
  #anchored<T extends SourceNode>(node: Node & { anchor?: string }, converted: T): T {
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, converted)
    return converted
  }

  /** Where the value starts, including its anchor and tag, as the reference program counts. */
  #start(node: Node & { anchor?: string; tag?: string }): number {
    let start = node.range?.[0] ?? 0
    if (node.anchor !== undefined) start = this.#before(start, `&${node.anchor}`)
    if (node.tag !== undefined) start = this.#before(start, '!')
    return start
  }

  #before(start: number, mark: string): number {
    const found = /([^\s,[\]{}]+)\s+$/.exec(this.#text.slice(Math.max(0, start - PROPERTY_REACH), start))?.[1]
    if (found?.startsWith(mark)) return this.#text.lastIndexOf(found, start - 1)
    const anchor = mark.startsWith('&') ? this.#text.lastIndexOf(mark, start) : -1
    return anchor >= 0 && start - anchor <= PROPERTY_REACH ? anchor : start
  }
}

/** How far before a value its anchor or tag is looked for, in characters. */
const PROPERTY_REACH = 200

function scalarNode(node: Scalar, offset: number): ScalarNode {
  const text = String(node.value ?? '')
  const isText = node.type !== 'PLAIN' || node.tag === '!' || node.tag === 'tag:yaml.org,2002:str'
  return {
    kind: 'scalar',
    type: isText ? 'string' : 'plain',
    offset,
    text,
    ...(node.tag ? { tag: node.tag } : {}),
  }
}
