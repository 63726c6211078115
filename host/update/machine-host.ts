import { checkIdentity, identityPath, type ReleaseIdentity } from '@afloat/release'
import { markBad, readEntries, removeEntries } from '../slots/judge-entry.ts'
import { withEsp } from '../slots/mount-esp.ts'
import { otherSlot, type Running, readRunning } from '../slots/read-running.ts'
import { slotContents } from '../slots/slot-contents.ts'
import { stageUki } from '../slots/stage-uki.ts'
import { invalidateSlot, openSlotForWriting, sealSlot } from '../slots/write-slot.ts'
import { readVerdict, removeTrial, verdictPath } from '../softreboot/trial.ts'
import { freeBytes } from '../sys/free-bytes.ts'
import type { Sys } from '../sys/sys.ts'
import { updateErrors as errors } from './errors.ts'
import type { Host, Room } from './host.ts'
import { readBootId } from './identity.ts'
import { actOnMachine } from './machine-act.ts'
import { surveyMachine } from './machine-survey.ts'

/** Copied there by the first life of a boot: who the running kernel came from. */
const bootedPath = '/run/afloat/booted.json'
const gateUnit = 'afloat-health.service'

/** Returns the machine that this program runs on. */
export function machineHost(sys: Sys): Host {
  let found: Running | undefined
  // Another release runs only after this program has ended.
  const running = () => {
    found ??= readRunning(sys)
    return found
  }
  const other = () => otherSlot(sys, running())
  return {
    running,
    identities() {
      const identity = readIdentity(sys, identityPath)
      if (identity === undefined)
        throw errors.damagedTool('read the identity of the running release', identityPath)
      return { running: identity, booted: readIdentity(sys, bootedPath) ?? identity }
    },
    life: () => ({ bootId: readBootId(sys), softReboots: countSoftReboots(sys) }),
    room: () => readRoom(sys, running()),
    openSlot: () => openSlotForWriting(sys, running(), other()),
    slotPaths() {
      const { usr, verity } = other()
      return { usr: usr.device, verity: verity.device }
    },
    clearSlot: () => void invalidateSlot(sys, running(), other()),
    startSlotSync() {
      const { usr, verity } = other()
      const job = sys.start(['sync', '--data', usr.device, verity.device])
      return {
        wait() {
          const { code, stderr } = job.wait()
          if (code !== 0) throw errors.notWritten(stderr.trim())
        },
      }
    },
    sealSlot: (rootHash) => void sealSlot(sys, running(), other(), rootHash),
    stage: (uki) => void stageUki(sys, running(), uki),
    entry: (rootHash) => readEntries(sys, running().disk).find((entry) => entry.rootHash === rootHash),
    otherRelease: () => slotContents(sys, other()),
    discard(rootHash) {
      const { disk } = running()
      // Put out first: should the removal be cut short, the boot loader passes over it.
      markBad(sys, disk, rootHash)
      removeEntries(sys, disk, (entry) => entry.rootHash === rootHash)
    },
    survey: () => surveyMachine(sys),
    act: (order) => actOnMachine(sys, running(), order),
    verdict(rootHash) {
      const verdict = readVerdict(sys)
      return verdict?.rootHash === rootHash ? verdict : undefined
    },
    startGate: () => void sys.run(['systemctl', 'start', '--no-block', gateUnit]),
    forgetTrial() {
      // In this order: a trial without a verdict would be one that is still on.
      removeTrial(sys)
      sys.remove(verdictPath)
    },
  }
}

function readIdentity(sys: Sys, path: string): ReleaseIdentity | undefined {
  const text = sys.readText(path)
  return text === undefined ? undefined : checkIdentity(JSON.parse(text))
}

function countSoftReboots(sys: Sys): number {
  return Number(sys.mustRun(['systemctl', 'show', '--property=SoftRebootsCount', '--value']).trim() || 0)
}

function readRoom(sys: Sys, running: Running): Room {
  const { usr, verity } = otherSlot(sys, running)
  const removed = readEntries(sys, running.disk).filter(({ rootHash }) => rootHash !== running.rootHash)
  const espBytes = withEsp(sys, running.disk, (esp) => freeBytes(sys, esp))
  return {
    usrBytes: usr.sizeBytes,
    verityBytes: verity.sizeBytes,
    espBytes: removed.reduce((sum, { sizeBytes }) => sum + sizeBytes, espBytes),
  }
}
