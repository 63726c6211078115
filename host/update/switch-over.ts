import type { UpdatePlan } from '@afloat/release'
import { AfloatError } from '@afloat/report'
import { giveUp, mostAttempts } from './conclude.ts'
import { updateErrors as errors } from './errors.ts'
import { places } from './places.ts'
import { planFor } from './plan-for.ts'
import type { Target } from './record.ts'
import { readKeptRelease } from './releases.ts'
import type { UpdateAnswer } from './request.ts'
import type { Session } from './session.ts'
import { act, stageRollback, stay } from './transitions.ts'

type Outcome = Omit<UpdateAnswer, 'id'>

/** staged -> acting, and on to another life. */
export function switchOver(session: Session): Outcome {
  const { host, sys, config } = session
  const { target } = session.expect('staged')
  const plan = planToStaged(session)
  if (plan.action === 'refuse' || plan.action === 'nothing' || plan.action === 'refresh-extensions')
    throw errors.refused(plan.reasons)
  const { action } = plan
  const lost = new Set(plan.lost.map(({ name }) => name))
  const acceptLoss = session
    .survey()
    .survivors.filter(({ name }) => lost.has(name))
    .map(({ unit }) => unit)
  session.show({ step: 'act', version: target.version })
  session.change(act(session.record, { action, ...host.life() }, session.at))
  const order = { action, target, settleSec: config.settleSec, startedAtMs: sys.nowMs(), acceptLoss }
  try {
    host.act(order)
  } catch (cause) {
    session.change(stay(session.record, session.at))
    const why = cause instanceof Error ? cause.message : String(cause)
    const error = errors.actFailed(target.version, why)
    if (session.expect('staged').attempts < mostAttempts) throw cause
    giveUp(session, error)
    return { outcome: 'failed', version: target.version, error: session.record.lastError }
  }
  for (const line of plan.summary) sys.log(`afloat: ${line}`)
  return { outcome: 'switching', version: target.version, plan }
}

/** How the machine, as it is now, would get to the release that is on its way. */
export function planToStaged(session: Session): UpdatePlan {
  const { state } = session.record
  if (state.name === 'idle') throw errors.unexpected('nothing is staged')
  const { version, rootHash, rollback } = state.target
  const release = readKeptRelease(session.sys, version)
  if (release === undefined) throw errors.unexpected(`${places.releases}/${version}.json is gone`)
  return planFor(session, { ...release, usrRootHash: rootHash }, { rollback: rollback === true })
}

/** Back to the release in the other slot, because a person wants it. */
export function rollBack(session: Session): Outcome {
  const { host } = session
  const { state } = session.record
  if (state.name !== 'idle') throw errors.busy(`an update to ${state.target.version} is under way`)
  const other = host.otherRelease()
  if (other === undefined) throw errors.noOtherRelease()
  const running = host.running()
  const from = { version: running.version, rootHash: running.rootHash }
  const target: Target = { version: other.version, rootHash: other.rootHash, from, rollback: true }
  host.forgetTrial()
  session.change(stageRollback(session.record, target, session.at))
  try {
    return switchOver(session)
  } catch (error) {
    if (error instanceof AfloatError && session.record.state.name === 'staged') giveUp(session, error)
    throw error
  }
}
