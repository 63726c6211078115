import type { Sys } from '../sys/sys.ts'
import { waitUntil } from '../sys/wait-until.ts'

const graceMs = 3_000

/** Ends every program but PID 1 and this one: a file system is unmounted when nobody uses it. */
export function endProcesses(sys: Sys): void {
  for (const signal of ['-TERM', '-KILL']) {
    const others = listOthers(sys)
    if (others.length === 0) return
    sys.run(['kill', signal, ...others])
    if (waitUntil(sys, graceMs, () => (listOthers(sys).length === 0 ? true : undefined))) return
  }
}

/** Without the kernel's own, which have no command line, and those that have ended. */
function listOthers(sys: Sys): string[] {
  const self = sys.readLink('/proc/self')
  return (sys.list('/proc') ?? []).filter(
    (pid) =>
      /^\d+$/.test(pid) && pid !== '1' && pid !== self && (sys.readText(`/proc/${pid}/cmdline`) ?? '') !== '',
  )
}
