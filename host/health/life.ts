import type { Entry } from '../slots/entries.ts'
import { bless, markBad, readEntries } from '../slots/judge-entry.ts'
import { otherSlot, type Running, readRunning } from '../slots/read-running.ts'
import { releaseOldMappings } from '../slots/release-old.ts'
import { readSlot } from '../slots/slot.ts'
import { readLives } from '../softreboot/lives.ts'
import { readThisLife } from '../softreboot/this-life.ts'
import { readTrial, readVerdict, type Trial } from '../softreboot/trial.ts'
import { processesIn } from '../survivors/control-groups.ts'
import type { Sys } from '../sys/sys.ts'
import { attempt } from './attempt.ts'
import { conclude, recordFinding, startAgent } from './conclude.ts'
import { type HealthConfig, readHealthConfig } from './config.ts'
import { reboot, softRebootTo, stoppingMs } from './go-back.ts'
import { restorePanic } from './panic-delay.ts'
import { settle } from './settle.ts'
import { tryToBless } from './try-to-bless.ts'

const guardGroup = '/system.slice/afloat-guard.service'

/** A machine that is new fetches the images of its containers first. */
const firstSettleSec = 600

const nowhere = 'afloat: there is no release to go back to; this one stays'

/**
 * Runs in every life. A release that was started by the kernel, and not yet found good, is judged here; one that came by
 * soft reboot is judged by the guard, and here only when the guard has gone. A trial of another release than the one
 * that runs has failed: the boot loader, or the guard, came back from it. Returns the exit code.
 */
export function watchLife(sys: Sys): number {
  const startMs = sys.uptimeMs()
  const running = readRunning(sys)
  const config = readHealthConfig(sys)
  waitForGuard(sys)
  const trial = readTrial(sys)
  if (trial === undefined) judgeCounted(sys, running, config, startMs)
  else if (trial.rootHash === running.rootHash) judgeTrial(sys, running, config, trial, startMs)
  else cameBack(sys, running, trial)
  restorePanic(sys)
  if (readThisLife(sys).softReboots > 0) releaseOldMappings(sys)
  if (readVerdict(sys) !== undefined) startAgent(sys)
  return 0
}

/** While it is there, the guard decides, and holds the device of the release before. */
function waitForGuard(sys: Sys): void {
  while (processesIn(sys, guardGroup).length > 0) sys.sleepMs(1000)
}

function judgeTrial(sys: Sys, running: Running, config: HealthConfig, trial: Trial, startMs: number): void {
  const problem =
    settle(sys, config.checks, startMs + trial.settleSec * 1000) ??
    tryToBless(sys, running.disk, running.rootHash)
  if (problem === undefined) {
    conclude(sys, trial, undefined)
    return
  }
  const way = wayBack(sys, running, trial)
  if (way !== 'none') markRunningBad(sys, running)
  conclude(sys, trial, problem)
  if (way === 'none') sys.log(nowhere)
  else goBack(sys, running, trial, way)
}

/** An entry that counts and belongs to no trial is that of an image's first boots, or of a trial whose record is lost. */
function judgeCounted(sys: Sys, running: Running, config: HealthConfig, startMs: number): void {
  const entry = entryOf(sys, running, running.rootHash)
  if (entry?.triesLeft === undefined) return
  const other = entryOf(sys, running, otherSlot(sys, running).rootHash)
  const hasOther = other !== undefined && other.triesLeft !== 0
  // marked bad, and started by hand: whoever did that has reasons, and it stays marked
  if (entry.triesLeft === 0 && hasOther) return
  const settleSec = hasOther ? config.settleSec : Math.max(config.settleSec, firstSettleSec)
  const problem = settle(sys, config.checks, startMs + settleSec * 1000)
  recordFinding(sys, running.rootHash, problem)
  if (problem === undefined) {
    bless(sys, running.disk, running.rootHash)
    return
  }
  sys.log(`afloat: ${running.version} is not good: ${problem.text}`)
  if (!hasOther) {
    sys.log(nowhere)
    return
  }
  markRunningBad(sys, running)
  reboot(sys)
}

/** The release on trial is not the one that runs, and no guard has said why. */
function cameBack(sys: Sys, running: Running, trial: Trial): void {
  markBad(sys, running.disk, trial.rootHash)
  restoreEntry(sys, running, trial.from.rootHash)
  const life = readLives(sys).findLast(({ rootHash }) => rootHash === trial.rootHash)
  const didStart = life !== undefined && life.outcome === undefined
  conclude(sys, trial, {
    code: 'health/did-not-start',
    text: didStart
      ? `it started, and went down before it had shown that it is good; ${running.version} runs again`
      : `it did not start; the boot loader went back to ${running.version}`,
  })
}

function wayBack(sys: Sys, running: Running, trial: Trial): 'soft-reboot' | 'reboot' | 'none' {
  const { rootHash, slot } = trial.from
  if (readSlot(sys, running.disk, slot).rootHash !== rootHash) return 'none'
  if (trial.action === 'soft-reboot' && readThisLife(sys).softReboots > 0) return 'soft-reboot'
  return entryOf(sys, running, rootHash) === undefined ? 'none' : 'reboot'
}

function goBack(sys: Sys, running: Running, trial: Trial, way: 'soft-reboot' | 'reboot'): void {
  restoreEntry(sys, running, trial.from.rootHash)
  if (way === 'soft-reboot') {
    const { usr, verity, rootHash } = readSlot(sys, running.disk, trial.from.slot)
    const target = { rootHash, usrDevice: usr.device, verityDevice: verity.device }
    // this program does not survive the switch
    if (attempt(sys, 'go back by soft reboot', () => softRebootTo(sys, target))) sys.sleepMs(2 * stoppingMs)
  }
  reboot(sys)
}

/** Without it, the tries that are left bring the release back a few times more. */
function markRunningBad(sys: Sys, { disk, rootHash }: Running): void {
  attempt(sys, 'mark the release bad', () => markBad(sys, disk, rootHash))
}

/** A return to an older release puts out the newer one beforehand; now it is the one to start again. */
function restoreEntry(sys: Sys, running: Running, rootHash: string): void {
  if (entryOf(sys, running, rootHash)?.triesLeft === 0) bless(sys, running.disk, rootHash)
}

function entryOf(sys: Sys, { disk }: Running, wanted: string): Entry | undefined {
  return readEntries(sys, disk).find(({ rootHash }) => rootHash === wanted)
}
