import { listMounts, mount } from '../sys/mounts.ts'
import type { Sys } from '../sys/sys.ts'
import { readRuntimeConfig } from './containers.ts'
import { listRunningSurvivors } from './list-survivors.ts'

const netnsHome = '/run/netns'

/**
 * Gives the network namespaces of surviving containers their names below /run/netns back: switching roots carries
 * /run without the mounts in it, and leaves empty files there, with which podman could neither stop nor restart a
 * container. To be called early in the new life, before any container starts. Returns the names that were bound.
 */
export function rebindNetns(sys: Sys): string[] {
  const containers = listRunningSurvivors(sys).filter(({ container }) => container !== undefined)
  const mounted = new Set(listMounts(sys).map(({ target }) => target))
  const bound: string[] = []
  for (const { container, mainPid } of containers) {
    const path = networkNamespace(sys, container?.bundle)
    // containers of a pod share one
    if (path === undefined || mounted.has(path) || bound.includes(path)) continue
    if (!sys.exists(`/proc/${mainPid}/ns/net`)) continue
    if (bound.length === 0) shareHome(sys, mounted)
    if (!sys.exists(path)) sys.writeFile(path, '')
    sys.mustRun(['mount', '--bind', `/proc/${mainPid}/ns/net`, path])
    bound.push(path)
  }
  return bound
}

/** Mounts in it must show in every namespace, as those do that podman makes. */
function shareHome(sys: Sys, mounted: ReadonlySet<string>): void {
  if (!mounted.has(netnsHome)) mount(sys, { source: netnsHome, target: netnsHome, options: ['bind'] })
  sys.mustRun(['mount', '--make-shared', netnsHome])
}

/** Returns the namespace's name when the container has one below /run/netns: with `--network=none` it has not. */
function networkNamespace(sys: Sys, bundle: string | undefined): string | undefined {
  const path = readRuntimeConfig(sys, bundle)?.linux?.namespaces?.find(({ type }) => type === 'network')?.path
  return path?.startsWith(`${netnsHome}/`) === true ? path : undefined
}
