import { armEntry } from '../../slots/judge-entry.ts'
import { otherSlot, readRunning } from '../../slots/read-running.ts'
import { stageUki } from '../../slots/stage-uki.ts'
import { invalidateSlot, openSlotForWriting, sealSlot } from '../../slots/write-slot.ts'
import { softReboot } from '../../softreboot/soft-reboot.ts'
import { type Trial, writeTrial } from '../../softreboot/trial.ts'
import { startProgram } from '../../sys/program.ts'
import type { Sys } from '../../sys/sys.ts'

/** Where a part of a release is on a disk that the harness has attached; in bytes. */
type Part = { readonly offset: number; readonly bytes: number }

type Order = {
  /** "arm": all but the reboot itself. */
  readonly action: 'write' | 'soft-reboot' | 'arm' | 'reboot'
  readonly version: string
  readonly rootHash: string
  readonly settleSec: number
  /** Such as /dev/vdb. */
  readonly source: string
  readonly usr: Part
  readonly verity: Part
  readonly uki: Part
}

// Does what the update agent does, one step at a time, so that scenarios can come in between.
// qjs --std --no-unhandled-rejection -m try-release.js ORDER-AS-JSON
void startProgram((sys, [json = '']) => {
  const order = JSON.parse(json) as Order
  if (order.action === 'write') write(sys, order)
  else change(sys, order)
  return 0
})

function write(sys: Sys, { version, rootHash, source, usr, verity, uki }: Order): void {
  const running = readRunning(sys)
  const slot = invalidateSlot(sys, running, otherSlot(sys, running))
  openSlotForWriting(sys, running, slot).close()
  copy(sys, source, usr, slot.usr.device)
  copy(sys, source, verity, slot.verity.device)
  sealSlot(sys, running, slot, rootHash)
  const file = '/var/tmp/uki.efi'
  copy(sys, source, uki, file)
  stageUki(sys, running, { file, version, rootHash })
  sys.remove(file)
}

function change(sys: Sys, { action, version, rootHash, settleSec }: Order): void {
  const running = readRunning(sys)
  const trial: Trial = {
    version,
    rootHash,
    slot: otherSlot(sys, running).name,
    from: { version: running.version, rootHash: running.rootHash, slot: running.slot },
    action: action === 'soft-reboot' ? action : 'reboot',
    startedAtMs: sys.nowMs(),
    settleSec,
  }
  if (action === 'soft-reboot') {
    softReboot(sys, trial)
    return
  }
  armEntry(sys, running.disk, rootHash)
  writeTrial(sys, trial)
  if (action === 'reboot') sys.mustRun(['systemctl', '--no-block', 'reboot'])
}

function copy(sys: Sys, source: string, { offset, bytes }: Part, target: string): void {
  const range = ['iflag=skip_bytes,count_bytes', `skip=${offset}`, `count=${bytes}`]
  sys.mustRun(['dd', `if=${source}`, `of=${target}`, 'bs=4M', 'conv=fsync', 'status=none', ...range])
}
