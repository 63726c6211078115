import type { Cmdline } from '@afloat/cmdline'
import type { Sys } from '../sys/sys.ts'
import type { BootLog } from './boot-log.ts'
import { deviceEvents } from './device-events.ts'
import { handOver } from './hand-over.ts'
import { provision } from './provision.ts'
import { openRoot } from './root-partition.ts'
import { mountSystem } from './root-tree.ts'
import { openUsr, readRootHash } from './usr.ts'
import { waitForUsr } from './wait-for-usr.ts'

/**
 * Boots the machine from bare kernel to the point where systemd takes over, and leaves in /run/afloat/next
 * how PID 1 gets there. Nothing of the disk is executed before /usr is behind dm-verity.
 */
export async function boot(sys: Sys, log: BootLog, cmdline: Cmdline): Promise<void> {
  const rootHash = readRootHash(cmdline)
  const events = deviceEvents(sys)
  const slot = await log.step('Find the disk', () => waitForUsr(sys, events, rootHash))
  events.stop()
  for (const copy of slot.copies)
    log.note(`Warning: ${copy} holds the same release; ${slot.disk.device} is used`)
  log.step(`Open /usr: ${slot.usr} (${slot.name})`, () => openUsr(sys, slot, rootHash))
  log.step('Open the root partition', () => openRoot(sys, log, slot.disk))
  log.step('Mount the system', () => mountSystem(sys))
  await provision(sys, log, cmdline)
  log.step('Start systemd', () => handOver(sys))
}
