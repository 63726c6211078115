import { isObject, type ObjectValue, type Value } from '@afloat/ignition'
import type { Path } from '@afloat/report'
import { butaneErrors as errors } from '../errors.ts'
import type { Context } from '../translate/context.ts'

export type NodeKind = 'files' | 'directories' | 'links'

/** An entry for a path of the machine, and where it stands in the Ignition config. */
export type Node = { readonly value: ObjectValue; readonly json: Path; readonly isNew: boolean }

const kinds: readonly NodeKind[] = ['files', 'directories', 'links']

/** The files, directories and links of a config by path. */
export class Nodes {
  readonly #storage: ObjectValue
  readonly #known = new Map<string, { kind: NodeKind; index: number }>()

  constructor(config: ObjectValue) {
    this.#storage = isObject(config['storage']) ? config['storage'] : {}
    config['storage'] = this.#storage
    for (const kind of kinds)
      for (const [index, node] of this.#list(kind).entries())
        if (isObject(node)) this.#known.set(String(node['path']), { kind, index })
  }

  /** The entry to fill for a path, new if need be; undefined if something else has it. */
  claim(path: string, kind: NodeKind, from: Path, context: Context): Node | undefined {
    const known = this.#known.get(path)
    if (known === undefined) return this.#append(path, kind, from, context)
    const value = this.#list(kind)[known.index]
    if (known.kind !== kind || !isObject(value) || isFilled(value, kind)) return undefined
    return { value, json: ['storage', kind, known.index], isNew: false }
  }

  /** A new entry; undefined, and reported, when there is any for the path. */
  add(path: string, kind: NodeKind, from: Path, context: Context): Node | undefined {
    if (!this.#known.has(path)) return this.#append(path, kind, from, context)
    context.add('error', from, errors.treeCollision(path))
    return undefined
  }

  #append(path: string, kind: NodeKind, from: Path, context: Context): Node {
    const list = this.#list(kind)
    const value: ObjectValue = { path }
    const json: Path = ['storage', kind, list.length]
    this.#known.set(path, { kind, index: list.length })
    this.#storage[kind] = list
    list.push(value)
    context.map.addMade(json, from)
    return { value, json, isNew: true }
  }

  #list(kind: NodeKind): Value[] {
    const list = this.#storage[kind]
    return Array.isArray(list) ? list : []
  }
}

function isFilled(node: ObjectValue, kind: NodeKind): boolean {
  if (kind === 'links') return Boolean(node['target'])
  return isObject(node['contents']) && Boolean(node['contents']['source'])
}
