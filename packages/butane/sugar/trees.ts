import { type Check, cleanPath, isObject, type ObjectValue, type Value } from '@afloat/ignition'
import type { Path } from '@afloat/report'
import { butaneErrors as errors } from '../errors.ts'
import type { Context, Step } from '../translate/context.ts'
import { shortestDataUrl } from '../translate/data-url.ts'
import { readLocal, type TreeEntry, withLocal } from '../translate/local-files.ts'

interface Tree {
  readonly local?: string
  readonly path?: string
}

/**
 * Embeds local directories. An entry that the config already has without contents is filled in and keeps its own
 * mode and owner; any other collision is an error. Directories themselves make no entry.
 */
export const addTrees: Step = (source, config, context) => {
  const trees = isObject(source['storage'])
    ? (source['storage']['trees'] as (Tree | null)[] | undefined)
    : undefined
  if (!trees || trees.length === 0) return
  const nodes = new Nodes(config)
  for (const [index, tree] of trees.entries())
    if (tree) addTree(tree, ['storage', 'trees', index], nodes, context)
}

export const checkTree: Check<ObjectValue> = (value, path, add) => {
  if (!value['local']) add('error', path, errors.treeWithoutLocal())
}

function addTree({ local = '', path = '' }: Tree, from: Path, nodes: Nodes, context: Context): void {
  withLocal(local, from, context, (files, clean) => {
    const entries = files.walk(clean)
    if (entries === undefined) context.add('error', from, errors.treeNotDirectory(local))
    for (const entry of entries ?? []) {
      const target = cleanPath(`${path || '/'}/${entry.path}`)
      const localPath = cleanPath(`${clean}/${entry.path}`)
      if (entry.kind === 'other') context.add('error', from, errors.treeFileType(localPath))
      else addEntry(entry, target, localPath, from, nodes, context)
    }
  })
}

function addEntry(
  entry: Exclude<TreeEntry, { kind: 'other' }>,
  target: string,
  localPath: string,
  from: Path,
  nodes: Nodes,
  context: Context,
): void {
  const node = nodes.claim(target, entry.kind === 'file' ? 'files' : 'links', from, context)
  if (!node) {
    context.add('error', from, errors.treeCollision(target))
  } else if (entry.kind === 'link') {
    node.value['target'] = entry.target
    context.map.addMade([...node.json, 'target'], from)
  } else {
    fillFile(node, readLocal(localPath, from, context), from, context)
    if (node.value['mode'] !== undefined) return
    node.value['mode'] = entry.executable ? 0o755 : 0o644
    context.map.addMade([...node.json, 'mode'], from)
  }
}

function fillFile(
  node: { value: ObjectValue; json: Path },
  bytes: Uint8Array | undefined,
  from: Path,
  context: Context,
): void {
  if (bytes === undefined) return
  const contents = isObject(node.value['contents']) ? node.value['contents'] : {}
  const compressed = Boolean(contents['compression'])
  const url = shortestDataUrl(bytes, compressed ? undefined : context.gzip)
  node.value['contents'] = {
    ...contents,
    source: url.source,
    ...(compressed ? {} : { compression: url.compression }),
  }
  context.map.addMade([...node.json, 'contents'], from)
}

type Kind = 'files' | 'links'

/** The files, directories and links of a config by path. */
class Nodes {
  readonly #storage: ObjectValue
  readonly #known = new Map<string, { kind: string; index: number }>()

  constructor(config: ObjectValue) {
    this.#storage = isObject(config['storage']) ? config['storage'] : {}
    config['storage'] = this.#storage
    for (const kind of ['files', 'directories', 'links'])
      for (const [index, node] of this.#list(kind).entries())
        if (isObject(node)) this.#known.set(String(node['path']), { kind, index })
  }

  /** The entry to fill for a path, new if need be; undefined if something else has it. */
  claim(
    path: string,
    kind: Kind,
    from: Path,
    context: Context,
  ): { value: ObjectValue; json: Path } | undefined {
    const known = this.#known.get(path)
    const list = this.#list(kind)
    if (known) {
      const value = list[known.index]
      if (known.kind !== kind || !isObject(value) || isFilled(value, kind)) return undefined
      return { value, json: ['storage', kind, known.index] }
    }
    const value: ObjectValue = { path }
    const json: Path = ['storage', kind, list.length]
    this.#known.set(path, { kind, index: list.length })
    this.#storage[kind] = list
    list.push(value)
    context.map.addMade(json, from)
    return { value, json }
  }

  #list(kind: string): Value[] {
    const list = this.#storage[kind]
    return Array.isArray(list) ? list : []
  }
}

function isFilled(node: ObjectValue, kind: Kind): boolean {
  if (kind === 'links') return Boolean(node['target'])
  return isObject(node['contents']) && Boolean(node['contents']['source'])
}
