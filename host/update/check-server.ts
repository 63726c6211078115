import type { Offer } from '@afloat/omaha'
import { AfloatError } from '@afloat/report'
import { askServer } from './ask-server.ts'
import { afterAnswer } from './backoff.ts'
import type { Session } from './session.ts'
import { acknowledge } from './transitions.ts'

/**
 * Asks the server, and tells it what it has not been told. Records the answer; a failure is the caller's to record.
 * `check`: also ask for an update.
 */
export function checkServer(session: Session, options: { check: boolean; onDemand: boolean }): Offer {
  const { sys, config, host, record } = session
  const events = record.outbox
  const question = {
    config,
    runningVersion: host.running().version,
    firstVersion: record.firstVersion,
    events,
  }
  try {
    const offer = askServer(sys, { ...question, ...options })
    const told = acknowledge(session.record, events)
    const check = afterAnswer(told.check, sys.nowMs(), offer.pollIntervalSeconds)
    const offered = offer.kind === 'update' ? offer.version : undefined
    session.change({ ...told, check: options.check ? { ...check, offered } : check })
    return offer
  } catch (error) {
    // A refusal is an answer: the events have arrived, and are not to be told again.
    if (error instanceof AfloatError && error.code === 'omaha/refused') {
      const poll = Number(error.details['pollIntervalSeconds'] ?? 0)
      const told = acknowledge(session.record, events)
      session.change({ ...told, check: afterAnswer(told.check, sys.nowMs(), poll > 0 ? poll : undefined) })
    }
    throw error
  }
}

/** Tells the server what it has not been told, if it can be reached; otherwise the next check does. */
export function tellServer(session: Session): void {
  if (session.record.outbox.length === 0) return
  const { check } = session.record
  try {
    checkServer(session, { check: false, onDemand: false })
  } catch (error) {
    session.sys.log(
      `afloat: cannot report to the server yet: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  // When to check next is not for a report to say.
  session.change({ ...session.record, check: { ...session.record.check, ...check } })
}
