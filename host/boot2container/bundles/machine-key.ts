import { listMounts } from '../../sys/mounts.ts'
import type { Sys } from '../../sys/sys.ts'
import { hookFiles, hooksDir } from '../podman/configure-podman.ts'
import { isSwitchedOn, type Shape } from './read-shape.ts'

const addressesFile = '/proc/net/fib_trie'
/** What podman puts into a bundle from the machine: names, addresses, limits. */
const read = ['/etc/hostname', '/etc/hosts', '/etc/resolv.conf', addressesFile, '/proc/self/limits']
/** What another archive behind the initramfs may add to podman's configuration. */
const dropInsDir = '/etc/containers/containers.conf.d'
/** Of this initramfs; see build/boot2container/base.ts. */
const releaseFile = '/usr/lib/afloat/release'

/**
 * Returns all that a bundle depends on beside its image, as one text: podman makes the same of the same. Undefined when it
 * would do more than make a bundle: it fills volumes in which nothing is yet, and gives them to the container's user; when it
 * has hooks that are not Afloat's; or when it would put a proxy into the container, which may have a password in it.
 */
export function machineKey(sys: Sys, shape: Shape): string | undefined {
  const { options, command, sources, volumes } = shape
  const dropIns = readDropIns(sys)
  if (hasProxy(sys) || hasHooks(sys) || dropIns.some((text) => text.includes('hooks_dir'))) return undefined
  if (volumes.some((path) => (sys.list(path) ?? []).length === 0)) return undefined
  return JSON.stringify({
    release: sys.readText(releaseFile) ?? '',
    options,
    hasCommand: command.length > 0,
    machine: read.map((path) => sys.readText(path) ?? ''),
    addresses: lateAddresses(sys),
    dropIns,
    devices: isSwitchedOn(shape, 'privileged') ? listDevices(sys, '/dev') : [],
    sources: [...sources, ...volumes].map((path) => [
      path,
      sys.stat(path)?.kind ?? '',
      ...mountOptions(sys, path),
    ]),
  })
}

/** In the order in which they count. */
function readDropIns(sys: Sys): string[] {
  const names = (sys.list(dropInsDir) ?? []).filter((name) => name.endsWith('.conf'))
  return names.map((name) => sys.readText(`${dropInsDir}/${name}`) ?? '')
}

function hasHooks(sys: Sys): boolean {
  return (sys.list(hooksDir) ?? []).some((name) => !hookFiles.includes(name))
}

/** Kernel parameters that the kernel does not know are variables of PID 1. Source: podman 5.4, config.go, `ProxyEnv` */
function hasProxy(sys: Sys): boolean {
  const variables = (sys.readText('/proc/self/environ') ?? '').split('\0')
  return variables.some(
    (text) => /^(http|https|ftp|no)_proxy=/.test(text) || /^(HTTP|HTTPS|FTP|NO)_PROXY=/.test(text),
  )
}

/**
 * Returns the IPv6 addresses of a machine that has no other, by one of which containers know it. Elsewhere they do not count:
 * they come late, and some are another one at each boot. Source: containers/common, libnetwork/util/ip.go
 */
function lateAddresses(sys: Sys): string[] {
  if (/\|-- (?!127\.|169\.254\.)\S+\s+\/32 host LOCAL/.test(sys.readText(addressesFile) ?? '')) return []
  const lines = (sys.readText('/proc/net/if_inet6') ?? '').split('\n')
  return lines.map((line) => line.slice(0, 32)).filter((address) => /^(?!fe80|0{31}1)./.test(address))
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
