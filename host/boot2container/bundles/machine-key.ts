import { listMounts } from '../../sys/mounts.ts'
import type { Sys } from '../../sys/sys.ts'
import type { Shape } from './read-shape.ts'

/** What podman puts into a bundle from the machine: names, addresses, limits. */
const read = ['/etc/hostname', '/etc/hosts', '/etc/resolv.conf', '/proc/net/fib_trie', '/proc/self/limits']
/** Of this initramfs; see build/boot2container/base.ts. */
const releaseFile = '/usr/lib/afloat/release'

/**
 * Returns all that a bundle depends on beside its image, as one text: podman makes the same of the same. Undefined when it
 * would do more than make a bundle: it fills volumes in which nothing is yet, and gives them to the container's user.
 */
export function machineKey(sys: Sys, { options, command, sources, volumes }: Shape): string | undefined {
  if (volumes.some((path) => (sys.list(path) ?? []).length === 0)) return undefined
  return JSON.stringify({
    release: sys.readText(releaseFile) ?? '',
    options,
    hasCommand: command.length > 0,
    machine: read.map((path) => sys.readText(path) ?? ''),
    devices: options.includes('privileged=true') ? listDevices(sys, '/dev') : [],
    sources: [...sources, ...volumes].map((path) => [
      path,
      sys.stat(path)?.kind ?? '',
      ...mountOptions(sys, path),
    ]),
  })
}

/** What a container with all privileges is given. */
function listDevices(sys: Sys, dir: string): string[] {
  return (sys.list(dir) ?? []).flatMap((name) => {
    const path = `${dir}/${name}`
    const stat = sys.lstat(path)
    if (stat?.kind === 'directory') return dirsWithout.has(name) ? [] : listDevices(sys, path)
    if (stat?.kind !== 'character' && stat?.kind !== 'block') return []
    return [`${path} ${stat.kind} ${stat.device} ${stat.mode} ${stat.uid}:${stat.gid}`]
  })
}

/** Podman skips them too. */
const dirsWithout: ReadonlySet<string> = new Set(['pts', 'shm', 'fd', 'mqueue'])

/** Of what `path` is on: some of them go on to the container. */
function mountOptions(sys: Sys, path: string): readonly string[] {
  const below = (target: string) => `${path}/`.startsWith(target === '/' ? target : `${target}/`)
  const around = listMounts(sys).filter(({ target }) => below(target))
  return around.toSorted((a, b) => a.target.length - b.target.length).at(-1)?.options ?? []
}
