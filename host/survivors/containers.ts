import type { Sys } from '../sys/sys.ts'
import { processesIn } from './control-groups.ts'

/** Where podman keeps what it knows about containers that run; gone after a reboot, not after a soft reboot. */
export const containersRunHome = '/run/containers/storage/overlay-containers'

export type RunningContainer = {
  readonly id: string
  /** As `podman ps` shows it. */
  readonly name: string | undefined
  /** The container's first process. */
  readonly pid: number
  readonly conmonPid: number
  /** Folder with what the container was started with, as conmon was told; undefined when conmon has ended. */
  readonly bundle: string | undefined
}

/** Finds the container that runs in the control groups of a unit; undefined when there is none. */
export function readContainer(sys: Sys, groups: readonly string[]): RunningContainer | undefined {
  for (const group of groups) {
    const id = /\/libpod-(?:payload-)?([0-9a-f]{64})(?:\.scope)?$/.exec(group)?.[1]
    if (id === undefined) continue
    const { pid, conmonPid } = readPids(sys, id)
    const args = readArguments(sys, conmonPid)
    const [name, bundle] = [optionValue(args, '-n'), optionValue(args, '-b')]
    return { id, name, pid: pid || (processesIn(sys, group)[0] ?? 0), conmonPid, bundle }
  }
  return undefined
}

/** What matters here of an OCI runtime's config.json. */
export type RuntimeConfig = {
  readonly linux?: { readonly namespaces?: readonly { readonly type: string; readonly path?: string }[] }
  readonly mounts?: readonly { readonly destination: string; readonly source?: string }[]
}

/** Reads what a container was started with; undefined when it is not there. */
export function readRuntimeConfig(sys: Sys, bundle: string | undefined): RuntimeConfig | undefined {
  const text = bundle === undefined ? undefined : sys.readText(`${bundle}/config.json`)
  return text === undefined ? undefined : (JSON.parse(text) as RuntimeConfig)
}

/** Finds the conmon among processes, and the first process of its container, wherever that is. */
export function findConmon(
  sys: Sys,
  pids: readonly number[],
): { conmonPid: number; pid: number } | undefined {
  for (const conmonPid of pids) {
    const args = readArguments(sys, conmonPid)
    const pidFile = args[0]?.endsWith('/conmon') === true ? optionValue(args, '-p') : undefined
    if (pidFile !== undefined) return { conmonPid, pid: Number((sys.readText(pidFile) ?? '').trim()) || 0 }
  }
  return undefined
}

function readPids(sys: Sys, id: string): { pid: number; conmonPid: number } {
  const home = `${containersRunHome}/${id}/userdata`
  const read = (name: string): number => Number((sys.readText(`${home}/${name}`) ?? '').trim()) || 0
  return { pid: read('pidfile'), conmonPid: read('conmon.pid') }
}

/** Returns the command line of a process; empty when it has ended. */
export function readArguments(sys: Sys, pid: number): string[] {
  const text = pid > 0 ? (sys.readText(`/proc/${pid}/cmdline`) ?? '') : ''
  return text.split('\0').slice(0, -1)
}

function optionValue(args: readonly string[], option: string): string | undefined {
  const at = args.indexOf(option)
  return at < 0 ? undefined : args[at + 1]
}
