import { type PlanTarget, planUpdate, type UpdatePlan } from '@afloat/release'
import type { Session } from './session.ts'

/** Returns how this machine, as it is now, would get to a release. */
export function planFor(
  session: Session,
  target: PlanTarget,
  options: { rollback?: boolean } = {},
): UpdatePlan {
  const { host, config } = session
  const { running, booted } = host.identities()
  return planUpdate({
    running: { ...running, rootHash: host.running().rootHash },
    booted,
    target,
    ...session.survey(),
    policy: config.strategy,
    allowKexec: config.kexec,
    allowDowngrade: options.rollback === true,
  })
}
