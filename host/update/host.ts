import type { PlanRequest, ReleaseIdentity } from '@afloat/release'
import type { OpenSlot } from '../slots/write-slot.ts'
import type { Verdict } from '../softreboot/trial.ts'
import type { SwitchAction, Target } from './record.ts'

/**
 * What the agent asks of slots, boot entries and the service manager. A seam for tests: `machine-host.ts` is the real
 * one. Each function does what it says or throws; any of them may be cut short at any point and called again.
 */
export interface Host {
  /** The release at /usr. */
  running(): RunningRelease
  /** Who the running release and the one that the kernel came from say they are. */
  identities(): { running: ReleaseIdentity; booted: ReleaseIdentity }
  /** The boot of the kernel, and the number of soft reboots since. */
  life(): { bootId: string; softReboots: number }
  /** Room that a new release would have. */
  room(): Room
  /** Opens the other slot; throws `slots/in-use` when something holds it. */
  openSlot(): OpenSlot
  /** Paths of what `openSlot` opens. */
  slotPaths(): { usr: string; verity: string }
  /** Sees to it that nothing can start what the other slot holds. */
  clearSlot(): void
  /** Flushes what was written to the other slot. */
  startSlotSync(): { wait(): void }
  /** Gives the other slot the name of a release. */
  sealSlot(rootHash: string): void
  /** Has the next boot try a release. */
  stage(uki: { file: string; version: string; rootHash: string }): void
  /** What the boot loader knows of a release; undefined when it has no entry. */
  entry(rootHash: string): BootEntry | undefined
  /** The whole release in the other slot. */
  otherRelease(): { version: string; rootHash: string } | undefined
  /** Takes a release's boot entry away. */
  discard(rootHash: string): void
  /** What a plan depends on besides releases. */
  survey(): Survey
  /** Orders the switch. Returns when it has begun. */
  act(order: ActOrder): void
  /** What the health gate said about a release; undefined when it has not. */
  verdict(rootHash: string): Verdict | undefined
  /** Has the health gate judge the running release, if it does not do so already. */
  startGate(): void
  /** Removes the messages to and from the health gate, once they are recorded. */
  forgetTrial(): void
}

export type RunningRelease = { readonly version: string; readonly rootHash: string; readonly slot: 'a' | 'b' }

export type Room = {
  readonly usrBytes: number
  readonly verityBytes: number
  /** On the EFI system partition once the other slot's entry is gone. */
  readonly espBytes: number
}

export type BootEntry = { readonly triesLeft: number | undefined; readonly triesDone: number }

export type Survey = Pick<PlanRequest, 'host' | 'survivors' | 'others'>

export type ActOrder = {
  readonly action: SwitchAction
  readonly target: Target
  readonly settleSec: number
  readonly startedAtMs: number
  /** Units that are lost although they were meant to survive; the plan said so. */
  readonly acceptLoss: readonly string[]
}
