import { deviceOfUsr } from '../slots/device-of-usr.ts'
import { armEntry, markBad } from '../slots/judge-entry.ts'
import { type Running, readRunning } from '../slots/read-running.ts'
import { readTrial, removeTrial } from '../softreboot/trial.ts'
import { listMounts } from '../sys/mounts.ts'
import type { Sys } from '../sys/sys.ts'
import { attempt } from './attempt.ts'
import { conclude, startAgent } from './conclude.ts'
import { readHealthConfig } from './config.ts'
import { forceSoftReboot, restartKernel, softRebootTo, stoppingMs, waitUntil } from './go-back.ts'
import type { Problem } from './judge.ts'
import { mountsOf } from './mounts-of.ts'
import { keepOwnMounts } from './own-mounts.ts'
import { restorePanic, shortenPanic } from './panic-delay.ts'
import { settle } from './settle.ts'
import { tryToBless } from './try-to-bless.ts'

/** Looked at now and then while the switch is due: whether it was called off. */
const patienceMs = 60_000

/**
 * Watches over a change of release by soft reboot, from the release before. It is started before the switch and goes on
 * through it, in a mount namespace of its own in which the old root and /usr stay: all it runs is the old release's.
 * When the new one does not become good, it has the machine go back. Returns the exit code; not 0 before the switch
 * keeps it from happening.
 */
export function guard(sys: Sys): number {
  const trial = readTrial(sys)
  const old = readRunning(sys)
  if (trial === undefined || trial.from.rootHash !== old.rootHash) {
    sys.log('afloat: there is no trial of a release to watch over')
    return 1
  }
  const pid1 = mountsOf(sys, 1)
  const config = readHealthConfig(sys)
  keepOwnMounts(sys)
  // If all of it goes down, by a crash or a power cut, the firmware starts the new release once, not three times.
  armEntry(sys, old.disk, trial.rootHash, 1)
  shortenPanic(sys)
  sys.mustRun(['systemd-notify', '--ready'])
  const switched = waitForSwitch(sys, pid1, old)
  if (switched !== 'switched') {
    restorePanic(sys)
    if (switched === 'called-off') removeTrial(sys)
    return 0
  }
  const deadlineMs = sys.uptimeMs() + trial.settleSec * 1000
  const problem =
    settle(sys, config.checks, deadlineMs, onlyWhile(pid1)) ?? tryToBless(sys, old.disk, trial.rootHash)
  if (problem === undefined) {
    conclude(sys, trial, undefined)
    restorePanic(sys)
    startAgent(sys)
    return 0
  }
  // first, so that from here on nothing can start it again
  attempt(sys, 'mark the release bad', () => markBad(sys, old.disk, trial.rootHash))
  conclude(sys, trial, problem)
  goBack(sys, pid1, old)
  restorePanic(sys)
  return 0
}

function waitForSwitch(sys: Sys, pid1: Sys, old: Running): 'switched' | 'called-off' {
  const isSwitched = () => deviceOfUsr(listMounts(pid1)) !== old.deviceNumber
  if (waitUntil(sys, isSwitched, patienceMs)) return 'switched'
  if (!isSwitching(sys)) {
    sys.log('afloat: the soft reboot was called off')
    return 'called-off'
  }
  if (!waitUntil(sys, isSwitched, stoppingMs)) insist(sys, isSwitched)
  return 'switched'
}

/** Systemd that does not answer is not one that called it off. */
function isSwitching(sys: Sys): boolean {
  const argv = ['systemctl', 'list-jobs', '--plain', '--no-legend', '--no-pager']
  const { code, stdout } = sys.run(argv, { timeoutMs: 20_000 })
  return code !== 0 || stdout.includes('soft-reboot.target')
}

function goBack(sys: Sys, pid1: Sys, old: Running): void {
  const isBack = () => deviceOfUsr(listMounts(pid1)) === old.deviceNumber
  if (isBack()) return
  if (!attempt(sys, 'go back by soft reboot', () => softRebootTo(pid1, old))) restartKernel(sys)
  if (!waitUntil(sys, isBack, stoppingMs)) insist(sys, isBack)
}

/** The next root is ready, and systemd does not come to switch to it. */
function insist(sys: Sys, isDone: () => boolean): void {
  const isForced = attempt(sys, 'force the soft reboot', () => forceSoftReboot(sys))
  if (!isForced || !waitUntil(sys, isDone, 60_000)) restartKernel(sys)
}

/** Asked between looks: a person, or the takeover of another program, may have changed the release once more. */
function onlyWhile(pid1: Sys): () => Problem | undefined {
  const judged = deviceOfUsr(listMounts(pid1))
  const left: Problem = {
    code: 'health/left',
    text: 'the machine was switched to another release before this one had shown that it is good',
  }
  return () => (deviceOfUsr(listMounts(pid1)) === judged ? undefined : left)
}
