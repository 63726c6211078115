import { decideAction } from './decide-action.ts'
import type { ReleaseIdentity } from './identity.ts'
import { summarize } from './summarize.ts'

/** How much an update disturbs, least first; `refuse` when it must not be made. */
export type UpdateAction = 'nothing' | 'refresh-extensions' | 'soft-reboot' | 'kexec' | 'reboot' | 'refuse'

/** What a person or a policy allows. */
export type UpdatePolicy = 'auto' | 'soft-required' | 'reboot'

/** A release that could run next; a `Manifest` is one. */
export type PlanTarget = ReleaseIdentity & {
  readonly usrRootHash?: string
  readonly minimumVersion?: string | undefined
}

/** A unit that is meant to outlive a soft reboot, and whether it would. */
export type PlanSurvivor = {
  readonly unit: string
  /** What people call it: the name of the container or service. */
  readonly name: string
  readonly ready: boolean
  /** Why it would not make it. */
  readonly problem?: string | undefined
}

export type PlanRequest = {
  /** `/usr` as it is now; `rootHash` where it is known. */
  readonly running: ReleaseIdentity & { readonly rootHash?: string | undefined }
  /** The release that the running kernel came from; after soft reboots not the same as `running`. */
  readonly booted: ReleaseIdentity
  readonly target: PlanTarget
  readonly host: {
    /** Whether the service manager can: `soft-reboot.target` is there. */
    readonly systemdSoftReboot: boolean
    /** Whether this machine can start a kernel by kexec. */
    readonly kexec: boolean
    readonly extensionsChanged?: boolean
  }
  readonly survivors: readonly PlanSurvivor[]
  /** Units that are not meant to survive and run now. */
  readonly others: readonly string[]
  readonly policy: UpdatePolicy
  readonly allowKexec: boolean
  /** A person asked for this version by name, be it older. */
  readonly allowDowngrade?: boolean
}

export type PlanReasonCode =
  | 'plan/up-to-date'
  | 'plan/extensions-changed'
  | 'plan/same-version'
  | 'plan/downgrade'
  | 'plan/minimum-version'
  | 'plan/boot-unchanged'
  | 'plan/kernel-changed'
  | 'plan/initramfs-changed'
  | 'plan/cmdline-changed'
  | 'plan/systemd-running'
  | 'plan/systemd-target'
  | 'plan/soft-reboot-unavailable'
  | 'plan/survivor-not-ready'
  | 'plan/policy-reboot'
  | 'plan/policy-soft-required'
  | 'plan/kexec'
  | 'plan/kexec-unavailable'

export type PlanReason = { readonly code: PlanReasonCode; readonly text: string }

export type UpdatePlan = {
  readonly action: UpdateAction
  /** Why, most important first; never empty. */
  readonly reasons: readonly PlanReason[]
  /** Names of survivors whose processes keep running. */
  readonly survives: readonly string[]
  /** Units that are stopped and, if the new release has them, started again; those of `lost` among them. */
  readonly interrupts: readonly string[]
  /** Survivors that would not survive this. */
  readonly lost: readonly { readonly name: string; readonly why: string }[]
  /** For people: what happens, what survives and what is interrupted, why. */
  readonly summary: readonly [what: string, survival: string, why: string]
}

/**
 * Returns the least disruptive way to get from the running release to the target, and why it is that.
 * Throws `release/bad-version` when a version is none.
 */
export function planUpdate(request: PlanRequest): UpdatePlan {
  const decision = decideAction(request)
  const fates = fatesUnder(decision.action, request)
  return { ...decision, ...fates, summary: summarize(request, decision, fates) }
}

type Fates = Pick<UpdatePlan, 'survives' | 'interrupts' | 'lost'>

function fatesUnder(action: UpdateAction, { survivors, others }: PlanRequest): Fates {
  if (action === 'nothing' || action === 'refresh-extensions' || action === 'refuse')
    return { survives: survivors.map(({ name }) => name), interrupts: [], lost: [] }
  const kept = action === 'soft-reboot' ? survivors.filter(({ ready }) => ready) : []
  const gone = survivors.filter((survivor) => !kept.includes(survivor))
  const why = ({ problem }: PlanSurvivor) =>
    action === 'soft-reboot' ? (problem ?? 'it is not ready to survive') : 'a new kernel ends every process'
  return {
    survives: kept.map(({ name }) => name),
    interrupts: [...new Set([...gone.map(({ unit }) => unit), ...others])],
    lost: gone.map((survivor) => ({ name: survivor.name, why: why(survivor) })),
  }
}
