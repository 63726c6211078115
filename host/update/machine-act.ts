import { entriesHome } from '../slots/entries.ts'
import { armEntry, markBad, readEntries } from '../slots/judge-entry.ts'
import { withEsp } from '../slots/mount-esp.ts'
import { otherSlot, type Running } from '../slots/read-running.ts'
import { loadKernel } from '../softreboot/kexec.ts'
import { discardNextRoot } from '../softreboot/next-root.ts'
import { softReboot } from '../softreboot/soft-reboot.ts'
import { type Trial, writeTrial } from '../softreboot/trial.ts'
import type { Sys } from '../sys/sys.ts'
import type { ActOrder } from './host.ts'

/** Orders the switch to the release in the other slot. Returns when the system has begun to go down. */
export function actOnMachine(sys: Sys, running: Running, order: ActOrder): void {
  const { action, target, settleSec, startedAtMs, acceptLoss } = order
  const { version, rootHash } = target
  const trial: Trial = {
    version,
    rootHash,
    slot: otherSlot(sys, running).name,
    from: { version: running.version, rootHash: running.rootHash, slot: running.slot },
    action,
    startedAtMs,
    settleSec,
  }
  if (action === 'soft-reboot') {
    softReboot(sys, trial, { acceptLoss })
    return
  }
  // A root that someone has assembled would turn a reboot into a soft one.
  discardNextRoot(sys)
  armEntry(sys, running.disk, rootHash)
  // The boot loader prefers the highest version: an older one comes first only when the newer one is put out.
  if (target.rollback === true) markBad(sys, running.disk, running.rootHash)
  writeTrial(sys, trial)
  if (action === 'kexec') loadKernelOf(sys, running.disk, rootHash)
  sys.mustRun(['systemctl', '--no-block', action], { env: { SYSTEMCTL_SKIP_AUTO_SOFT_REBOOT: '1' } })
}

function loadKernelOf(sys: Sys, disk: string, rootHash: string): void {
  const entry = readEntries(sys, disk).find((candidate) => candidate.rootHash === rootHash)
  withEsp(sys, disk, (esp) => loadKernel(sys, `${esp}/${entriesHome}/${entry?.file ?? ''}`))
}
