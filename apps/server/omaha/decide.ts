import { compareVersions } from '@afloat/release'
import { instanceStatuses, isInProgress } from './instance-status.ts'

/** All that a decision rests on. Policies of the group will join it here. */
export type Situation = {
  readonly instance: {
    readonly version: string
    readonly status: number
    readonly grantedVersion: string | null
  }
  /** The package of the machine's channel; undefined while nothing was published. */
  readonly target: { readonly version: string } | undefined
}

export type Decision = {
  readonly offer: boolean
  /** The status that the machine gets now, and a new grant; undefined when all stays as it is. */
  readonly change?: { readonly status: number; readonly grantedVersion?: string }
}

/**
 * Decides whether a machine that asks shall update. Pure.
 * Never a downgrade. A version that was offered is offered again as long as the machine asks: it may have been
 * switched off while it wrote. A machine that reported a failure keeps that status until it begins again.
 * Both versions must be ones that `readVersion` returned.
 */
export function decide({ instance, target }: Situation): Decision {
  const arrived =
    isInProgress(instance.status) &&
    instance.grantedVersion !== null &&
    compareVersions(instance.version, instance.grantedVersion) >= 0
  const complete = arrived ? { change: { status: instanceStatuses.complete } } : {}
  if (target === undefined || compareVersions(instance.version, target.version) >= 0)
    return { offer: false, ...complete }
  const offeredBefore = instance.grantedVersion === target.version && !arrived
  const { error } = instanceStatuses
  if (offeredBefore && (isInProgress(instance.status) || instance.status === error)) return { offer: true }
  return {
    offer: true,
    change: { status: instanceStatuses.granted, grantedVersion: target.version },
  }
}
