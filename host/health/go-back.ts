import { assembleNextRoot, type NextTarget } from '../softreboot/next-root.ts'
import { markSurvivors } from '../survivors/mark-survivors.ts'
import type { Sys } from '../sys/sys.ts'

const systemdTimeoutMs = 20_000
const syncTimeoutMs = 30_000
const pauseMs = 500

/** Services that do not stop are killed by systemd before that. */
export const stoppingMs = 150_000

/**
 * Has systemd switch to a release by soft reboot. Straight to PID 1, because in a release that fails D-Bus may not work,
 * and whatever else it was told before is dropped. Returns when the switch has begun; throws what
 * `assembleNextRoot` throws, and when systemd does not answer. `pid1` is the machine with the mounts of PID 1.
 */
export function softRebootTo(pid1: Sys, target: NextTarget): void {
  assembleNextRoot(pid1, target)
  markSurvivors(pid1)
  const argv = ['systemctl', 'start', '--no-block', '--job-mode=replace-irreversibly', 'soft-reboot.target']
  pid1.mustRun(argv, { timeoutMs: systemdTimeoutMs })
}

/** Switches at once, without stopping services first: those that do not survive are killed. */
export function forceSoftReboot(sys: Sys): void {
  sys.mustRun(['systemctl', '--force', 'soft-reboot'], { timeoutMs: systemdTimeoutMs })
}

/** Restarts the machine, and without systemd when that takes too long. Does not return on a machine. */
export function reboot(sys: Sys): void {
  const { code } = sys.run(['systemctl', '--no-block', 'reboot'], { timeoutMs: systemdTimeoutMs })
  if (code === 0) sys.sleepMs(2 * stoppingMs)
  restartKernel(sys)
}

/**
 * Restarts the machine with nobody's help but the kernel's. Boot counting, and what was marked before, decide what comes
 * up. Source: Linux, Documentation/admin-guide/sysrq.rst
 */
export function restartKernel(sys: Sys): void {
  sys.log('afloat: systemd does not answer; restarting the kernel')
  sys.run(['sync'], { timeoutMs: syncTimeoutMs })
  for (const key of ['s', 'u', 'b']) {
    sys.writeFile('/proc/sysrq-trigger', key)
    sys.sleepMs(2000)
  }
}

/** Waits until something is so; returns whether it is. */
export function waitUntil(sys: Sys, isSo: () => boolean, timeoutMs: number): boolean {
  const endMs = sys.uptimeMs() + timeoutMs
  for (;;) {
    if (isSo()) return true
    if (sys.uptimeMs() >= endMs) return false
    sys.sleepMs(pauseMs)
  }
}
