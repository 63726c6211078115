import { readFileSync } from 'node:fs'

/** A process and when it started, in clock ticks since boot: pids are used again, the pair is not. */
export type ProcessRef = { readonly pid: number; readonly startTicks: number }

/** Refers to a process that runs; undefined when there is none with this pid. */
export function processRef(pid: number): ProcessRef | undefined {
  const fields = readStat(pid)
  return fields === undefined || fields[0] === 'Z' ? undefined : { pid, startTicks: Number(fields[19]) }
}

export function isRunning(ref: ProcessRef): boolean {
  return processRef(ref.pid)?.startTicks === ref.startTicks
}

/** Returns the pid of a process's parent; undefined when there is no such process. */
export function parentOf(pid: number): number | undefined {
  const parent = readStat(pid)?.[1]
  return parent === undefined ? undefined : Number(parent)
}

/** Fields of /proc/PID/stat from the third on: state, parent, ... Source: proc_pid_stat(5). */
function readStat(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ') // the second field may hold anything
  } catch {
    return undefined
  }
}
