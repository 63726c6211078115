import { type Check, cleanPath, isObject, type ObjectValue } from '@afloat/ignition'
import type { Path } from '@afloat/report'
import { butaneErrors as errors } from '../errors.ts'
import type { Context, Step } from '../translate/context.ts'
import { shortestDataUrl } from '../translate/data-url.ts'
import { readLocal, type TreeEntry, withLocal } from '../translate/local-files.ts'
import { Nodes } from './nodes.ts'

interface Tree {
  readonly local?: string
  readonly path?: string
  readonly user?: ObjectValue
  readonly group?: ObjectValue
  readonly file_mode?: number
  readonly dir_mode?: number
}

/**
 * Embeds local directories. An entry that the config already has without contents is filled in and keeps its own
 * mode and owner; any other collision is an error. Directories themselves make an entry only where the tree says who owns
 * them or what their mode is.
 */
export const addTrees: Step = (source, config, context) => {
  const trees = isObject(source['storage'])
    ? (source['storage']['trees'] as (Tree | null)[] | undefined)
    : undefined
  if (!trees || trees.length === 0) return
  // Told once, not for each tree.
  if (!context.localFiles) {
    context.add('error', ['storage', 'trees', 0], errors.filesDirMissing())
    return
  }
  const nodes = new Nodes(config)
  for (const [index, tree] of trees.entries())
    if (tree) addTree(tree, ['storage', 'trees', index], nodes, context)
}

export const checkTree: Check<ObjectValue> = (value, path, add) => {
  if (!value['local']) add('error', path, errors.treeWithoutLocal())
}

function addTree(tree: Tree, from: Path, nodes: Nodes, context: Context): void {
  const { local = '', path = '' } = tree
  withLocal(local, from, context, (files, clean) => {
    const entries = files.walk(clean)
    if (entries === undefined) context.add('error', from, errors.treeNotDirectory(local))
    for (const entry of entries ?? []) {
      const target = cleanPath(`${path || '/'}/${entry.path}`)
      const localPath = cleanPath(`${clean}/${entry.path}`)
      if (entry.kind === 'other') context.add('error', from, errors.treeFileType(localPath))
      else if (entry.kind === 'directory') addDirectory(tree, target, from, nodes, context)
      else addEntry(tree, entry, target, localPath, from, nodes, context)
    }
  })
}

function addDirectory(tree: Tree, target: string, from: Path, nodes: Nodes, context: Context): void {
  const owner = ownerOf(tree)
  if (tree.dir_mode === undefined && Object.keys(owner).length === 0) return
  const node = nodes.add(target, 'directories', from, context)
  if (node) Object.assign(node.value, owner, { mode: tree.dir_mode ?? 0o755 })
}

/** Who owns what a tree makes; nothing where that is nobody in particular. */
function ownerOf({ user, group }: Tree): ObjectValue {
  const isGiven = (owner: ObjectValue | undefined) => Object.keys(owner ?? {}).length > 0
  return { ...(isGiven(user) ? { user: user! } : {}), ...(isGiven(group) ? { group: group! } : {}) }
}

function addEntry(
  tree: Tree,
  entry: Exclude<TreeEntry, { kind: 'other' | 'directory' }>,
  target: string,
  localPath: string,
  from: Path,
  nodes: Nodes,
  context: Context,
): void {
  const node = nodes.claim(target, entry.kind === 'file' ? 'files' : 'links', from, context)
  if (node?.isNew) Object.assign(node.value, ownerOf(tree))
  if (!node) {
    context.add('error', from, errors.treeCollision(target))
  } else if (entry.kind === 'link') {
    node.value['target'] = entry.target
    context.map.addMade([...node.json, 'target'], from)
  } else {
    fillFile(node, readLocal(localPath, from, context), from, context)
    if (node.value['mode'] !== undefined) return
    node.value['mode'] = tree.file_mode ?? (entry.executable ? 0o755 : 0o644)
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
