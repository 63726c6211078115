import { AfloatError } from '@afloat/report'
import { bless } from '../slots/judge-entry.ts'
import { readRunning } from '../slots/read-running.ts'
import { releaseOldMappings } from '../slots/release-old.ts'
import { readSlot } from '../slots/slot.ts'
import type { Sys } from '../sys/sys.ts'
import { beginLife } from './begin-life.ts'
import { endLife, lifeIsUp } from './end-life.ts'
import { findPins } from './find-pins.ts'
import { kexecTo } from './kexec.ts'
import { assembleNextRoot, discardNextRoot } from './next-root.ts'
import { writeHistory } from './write-history.ts'

const usage = `Usage: softreboot.js COMMAND
  begin          what is due early in each life
  record         add this life to the history
  up             write down that everything is up
  end            leave a note for the next life
  assemble SLOT  make slot "a" or "b" the next root
  discard        take the next root apart
  kexec FILE     go down into the kernel of a unified kernel image
  pins           name what holds a release that no longer runs, as JSON
  release        let go of releases that no longer run
  bless          make the running release the one that boots`

/** Runs a command of units and of tests; people have `afloatctl`. Returns the exit code. */
export function softRebootCommand(sys: Sys, args: readonly string[]): number {
  const [verb, operand = ''] = args
  if (verb === 'begin') return beginLife(sys) ? 0 : 1
  if (verb === 'record') writeHistory(sys)
  else if (verb === 'up') lifeIsUp(sys)
  else if (verb === 'end') endLife(sys)
  else if (verb === 'assemble') assemble(sys, operand)
  else if (verb === 'discard') discardNextRoot(sys)
  else if (verb === 'kexec' && operand !== '') kexecTo(sys, operand)
  else if (verb === 'pins') sys.print(JSON.stringify(findPins(sys)))
  else if (verb === 'release') return releaseOldMappings(sys).held.length === 0 ? 0 : 1
  else if (verb === 'bless') blessRunning(sys)
  else {
    sys.log(usage)
    return 2
  }
  return 0
}

function blessRunning(sys: Sys): void {
  const { disk, rootHash } = readRunning(sys)
  bless(sys, disk, rootHash)
}

function assemble(sys: Sys, name: string): void {
  if (name !== 'a' && name !== 'b') {
    throw new AfloatError('softreboot/bad-slot', `Cannot assemble slot "${name}": expected "a" or "b"`)
  }
  const { usr, verity, rootHash } = readSlot(sys, readRunning(sys).disk, name)
  const root = assembleNextRoot(sys, { rootHash, usrDevice: usr.device, verityDevice: verity.device })
  sys.print(JSON.stringify(root))
}
