import { armEntry } from '../slots/judge-entry.ts'
import { readRunning } from '../slots/read-running.ts'
import { readSlot } from '../slots/slot.ts'
import { markSurvivors } from '../survivors/mark-survivors.ts'
import { preflight } from '../survivors/preflight.ts'
import type { Finding } from '../survivors/survivor.ts'
import type { Sys } from '../sys/sys.ts'
import { softRebootError } from './errors.ts'
import { assembleNextRoot, discardNextRoot, type NextRoot } from './next-root.ts'
import { removeTrial, type Trial, writeTrial } from './trial.ts'
import { warmNextRoot } from './warm-next-root.ts'

const guard = 'afloat-guard.service'

/**
 * Gets everything ready and has systemd switch to the release of the trial, which lies whole in the other slot, with its
 * boot entry staged. Returns when the switch has begun; the caller is about to be stopped then, unless it survives.
 * `acceptLoss` says which units may end that were meant to survive, as the plan told; any other that would is an error.
 * Throws `softreboot/survivor-lost`, `softreboot/already-switching` and what `assembleNextRoot`, `armEntry` throw;
 * nothing has changed then, but that the boot entry may have its tries back.
 */
export function softReboot(
  sys: Sys,
  trial: Trial,
  options: { acceptLoss?: readonly string[] } = {},
): NextRoot {
  refuseWhileStopping(sys)
  markSurvivors(sys)
  refuseLoss(preflight(sys), options.acceptLoss ?? [])
  const running = readRunning(sys)
  const slot = readSlot(sys, running.disk, trial.slot)
  const { rootHash } = trial
  const root = assembleNextRoot(sys, {
    rootHash,
    usrDevice: slot.usr.device,
    verityDevice: slot.verity.device,
  })
  try {
    warmNextRoot(sys, root.path)
    armEntry(sys, running.disk, rootHash)
    writeTrial(sys, trial)
    // It keeps the old root open, so it has to be up before the switch.
    if (sys.run(['systemctl', 'cat', guard]).code === 0) sys.mustRun(['systemctl', 'start', guard])
    sys.mustRun(['systemctl', '--no-block', 'soft-reboot'])
    return root
  } catch (error) {
    sys.run(['systemctl', 'stop', guard])
    removeTrial(sys)
    discardNextRoot(sys)
    throw error
  }
}

function refuseLoss(findings: readonly Finding[], accepted: readonly string[]): void {
  const lost = findings.filter(({ fatal, unit }) => fatal && !accepted.includes(unit))
  const [first] = lost
  if (first === undefined) return
  throw softRebootError(
    'softreboot/survivor-lost',
    `Cannot soft reboot: ${first.unit} would end: ${first.text}`,
    {
      hint: first.remedy,
      details: { findings: lost },
    },
  )
}

function refuseWhileStopping(sys: Sys): void {
  const { stdout } = sys.run(['systemctl', 'is-system-running'])
  if (stdout.trim() !== 'stopping') return
  throw softRebootError(
    'softreboot/already-switching',
    'Cannot soft reboot: the system is going down already',
  )
}
