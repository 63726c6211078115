import { updateErrors as errors } from './errors.ts'
import { places } from './places.ts'
import type { State } from './record.ts'
import type { Session } from './session.ts'
import { abandon, fail, restage, stage, stay, succeed } from './transitions.ts'

/** A switch that is ordered this often and never happens is not going to. */
export const mostAttempts = 3

/** A machine that is to leave a release has done so by then. */
const leavingMs = 15 * 60_000

type Pending = Extract<State, { name: 'staged' | 'acting' }>

/**
 * Finds out what became of a release that was staged: from which release runs, what the health gate has written, and
 * how often the boot loader has tried it. Returns whether a verdict is still to come.
 *
 * A staged release may run without having been switched to by the agent: a power cut or a person's reboot does that.
 */
export function conclude(session: Session): 'settled' | 'waiting' {
  const sealed = session.record.state
  // The power went after the kernel image had got its name, and before that was recorded.
  if (sealed.name === 'sealed' && sealed.target.rootHash === session.host.running().rootHash)
    session.change(stage(session.record, session.at))
  const { state } = session.record
  if (state.name === 'staged' || state.name === 'acting') {
    return outcomeOf(session, state)
  }
  // What was written for another release to update from is in the slot that runs by now, or will be written again.
  if (state.name !== 'idle' && state.target.from.rootHash !== session.host.running().rootHash)
    session.change(abandon(session.record, session.at))
  return 'settled'
}

function outcomeOf(session: Session, state: Pending): 'settled' | 'waiting' {
  const { host } = session
  const { target } = state
  const verdict = host.verdict(target.rootHash)
  const runs = host.running().rootHash === target.rootHash
  if (verdict?.outcome === 'good' && runs) {
    session.change(succeed(session.record, session.at))
  } else if (verdict?.outcome === 'failed') {
    // The health gate is about to leave it, unless there is nothing to go back to.
    if (runs && session.sys.nowMs() - verdict.atMs < leavingMs) return 'waiting'
    giveUp(session, errors.unhealthy(target.version, verdict.reason, verdict.code))
  } else if (runs) {
    // Without a verdict, but the boot loader counts no longer: the gate was cut short after it had decided.
    const entry = host.entry(target.rootHash)
    if (entry === undefined || entry.triesLeft !== undefined) {
      host.startGate()
      return 'waiting'
    }
    session.change(succeed(session.record, session.at))
  } else if (!cameBack(session, state)) {
    return 'settled'
  }
  forget(session)
  return 'settled'
}

/** Once the outcome is recorded, the messages that it was made of can go. */
function forget({ host, sys }: Session): void {
  host.forgetTrial()
  sys.remove(places.uki)
}

/** The release does not run, and nobody said why. Returns whether that is the end of it. */
function cameBack(session: Session, state: Pending): boolean {
  const { host } = session
  const { target } = state
  const { bootId, softReboots } = host.life()
  if (state.name === 'acting' && state.bootId === bootId && state.softReboots < softReboots) {
    giveUp(session, errors.cameBack(target.version, 'came back by a soft reboot'))
    return true
  }
  const entry = host.entry(target.rootHash)
  if (entry === undefined) {
    if (target.rollback === true) giveUp(session, errors.actFailed(target.version, 'its boot entry is gone'))
    else session.change(restage(session.record, session.at))
    return target.rollback === true
  }
  // The release that a rollback leads to was put out when its successor was found good: that says nothing about it.
  const wasTried = entry.triesDone > 0 || (entry.triesLeft === 0 && target.rollback !== true)
  if (wasTried) {
    giveUp(session, errors.cameBack(target.version, 'came back by boot counting'))
    return true
  }
  if (state.attempts >= mostAttempts) {
    giveUp(
      session,
      errors.actFailed(target.version, `it was ordered ${state.attempts} times and did not happen`),
    )
    return true
  }
  if (state.name === 'acting') session.change(stay(session.record, session.at))
  return false
}

/** The entry goes first: what is not to be tried again must not be started by a power cut either. */
export function giveUp(session: Session, error: ReturnType<typeof errors.cameBack>): void {
  const { state } = session.record
  if (state.name !== 'staged' && state.name !== 'acting')
    throw new Error(`Cannot give up while ${state.name}`)
  const { rootHash, rollback } = state.target
  if (rollback !== true && rootHash !== session.host.running().rootHash) session.host.discard(rootHash)
  session.change(fail(session.record, error, session.at))
  session.sys.log(`afloat: ${error.message}`)
}
