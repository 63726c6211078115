import { ioError } from './errors.ts'
import { dirname } from './path.ts'
import type { FileKind, FileStat } from './sys.ts'

/** What stands at a path of the fake; two names of one file share it. */
export type Node = {
  kind: FileKind
  mode: number
  uid: number
  gid: number
  /** Of a file or block device. */
  bytes: Uint8Array
  /** Of a symbolic link. */
  target: string
  /** Of a device node. */
  device?: string
  /** Of a folder. */
  entries: Map<string, Node>
  /** Another number after each change. */
  version: number
}

const linkLimit = 40
let versions = 0

/** Makes a node of root with nothing in it. */
export function newNode(kind: FileKind, mode: number): Node {
  return {
    kind,
    mode,
    uid: 0,
    gid: 0,
    bytes: new Uint8Array(),
    target: '',
    entries: new Map(),
    version: ++versions,
  }
}

/** To be called after each change of a node. */
export function touch(node: Node): void {
  node.version = ++versions
}

/** Returns what stands at `path`, or undefined. `follow` is about a link at its end; links before it are followed. */
export function lookUp(root: Node, path: string, options: { follow: boolean }): Node | undefined {
  return walk(root, path, options.follow).node
}

/** Returns the folder that holds `path` and the name in it, or undefined when there is no such folder. */
export function lookUpParent(root: Node, path: string): { folder: Node; name: string } | undefined {
  const { folder, name } = walk(root, path, false)
  return folder?.kind === 'directory' && name !== '' ? { folder, name } : undefined
}

/** Where a write to `path` ends up: a link at the end is followed even when it dangles. */
export function resolveForWrite(root: Node, path: string): string {
  let at = path
  for (let i = 0; i < linkLimit; i++) {
    const node = lookUp(root, at, { follow: false })
    if (node?.kind !== 'symlink') return at
    at = node.target.startsWith('/') ? node.target : `${dirname(at)}/${node.target}`
  }
  throw ioError(`write "${path}"`, 'ELOOP')
}

export function toStat(node: Node): FileStat {
  const { kind, mode, uid, gid, device } = node
  const size = kind === 'file' ? node.bytes.length : kind === 'symlink' ? node.target.length : 0
  return { kind, mode, uid, gid, size, ...(device === undefined ? {} : { device }) }
}

type Found = { node: Node | undefined; folder: Node | undefined; name: string }

function walk(root: Node, path: string, follow: boolean): Found {
  const names = path.split('/').filter((name) => name !== '' && name !== '.')
  const above: Node[] = []
  let node: Node | undefined = root
  let folder: Node | undefined
  let last = ''
  let links = 0
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!
    if (node?.kind !== 'directory') return { node: undefined, folder: undefined, name }
    if (name === '..') {
      node = above.pop() ?? root
      folder = above.at(-1)
      continue
    }
    const next: Node | undefined = node.entries.get(name)
    if (next?.kind === 'symlink' && (follow || i < names.length - 1)) {
      links++
      if (links > linkLimit) throw ioError(`open "${path}"`, 'ELOOP')
      names.splice(0, i + 1, ...next.target.split('/').filter((part) => part !== '' && part !== '.'))
      i = -1
      if (next.target.startsWith('/')) {
        above.length = 0
        node = root
      }
      continue
    }
    above.push(node)
    folder = node
    last = name
    node = next
  }
  return { node, folder, name: last }
}
