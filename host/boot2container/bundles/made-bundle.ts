import type { FileStat, Sys } from '../../sys/sys.ts'
import { ownFiles } from '../podman/configure-podman.ts'

/** What podman has made of a container that is about to start: its bundle, and what it put into the container's own layer. */
export type Made = { readonly dir: string; readonly config: string; readonly layer: Layer }

/** A folder and what is in it. Only folders and links: podman puts nothing else there. */
export type Layer = {
  readonly stat: FileStat
  readonly folders: Readonly<Record<string, Layer>>
  readonly links: Readonly<Record<string, string>>
}

/** Finds what podman has made by the runtime's state. Undefined when it is not as podman 5.4 makes it. */
export function findMade(sys: Sys, state: string): Made | undefined {
  const dir = /"bundle"\s*:\s*"([^"]+)"/.exec(state)?.[1] ?? ''
  const config = sys.readText(`${dir}/config.json`) ?? ''
  const root = /"root":\{"path":"([^"]+)\/merged"/.exec(config)?.[1]
  const cwd = /"cwd":"([^"]+)"/.exec(config)?.[1] ?? '/'
  const layer = root === undefined ? undefined : readLayer(sys, `${root}/diff`, '', cwd)
  return layer && { dir, config, layer }
}

/** Returns config.json and `ownFiles` by their names. */
export function readMade(
  sys: Sys,
  { dir, config }: Made,
): [config: string, files: Readonly<Record<string, string>>] {
  return [config, Object.fromEntries(ownFiles.map((name) => [name, sys.readText(`${dir}/${name}`) ?? '']))]
}

/**
 * Reads a folder that is `inside` the container. What is empty is left out: mount points, which were the runtime's and will be
 * again. But the working directory is podman's, where the image has none.
 */
function readLayer(sys: Sys, path: string, inside: string, cwd: string): Layer | undefined {
  const stat = sys.lstat(path)
  if (stat?.kind !== 'directory') return undefined
  const [folders, links]: [Record<string, Layer>, Record<string, string>] = [{}, {}]
  for (const name of sys.list(path) ?? []) {
    const member = `${path}/${name}`
    const { kind, size } = sys.lstat(member) ?? { kind: 'fifo', size: 0 }
    const target = kind === 'symlink' ? sys.readLink(member) : undefined
    const folder = kind === 'directory' ? readLayer(sys, member, `${inside}/${name}`, cwd) : undefined
    if (target !== undefined) links[name] = target
    else if (folder !== undefined) {
      const isEmpty = Object.keys({ ...folder.folders, ...folder.links }).length === 0
      if (!isEmpty || `${cwd}/`.startsWith(`${inside}/${name}/`)) folders[name] = folder
    } else if (kind !== 'file' || size > 0) return undefined
  }
  return { stat, folders, links }
}
