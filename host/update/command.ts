import type { Sys } from '../sys/sys.ts'
import { readConfig } from './config.ts'
import { updateErrors as errors } from './errors.ts'
import type { Host } from './host.ts'
import { awaitedOpening } from './next-opening.ts'
import { answerRequest, readRequest, type UpdateAnswer } from './request.ts'
import { runUpdate } from './run-update.ts'
import { scheduleNext } from './schedule.ts'
import { Session } from './session.ts'
import { loadRecord } from './store.ts'

/** More requests than this are not taken in one run. */
const mostRequests = 16

/**
 * A release that has yet to show that it is good is looked after again by then. The health gate starts a run when it has
 * decided, but systemd starts no unit twice: what it decides while a run ends would be found by the ordinary timer only.
 */
const verdictMs = 2 * 60_000

/**
 * `update.js run`: what afloat-update.service runs, by its timer, by the health gate, or because a request waits.
 * Returns the exit code: 0 also when there is nothing to do; 1 when the run failed, which is recorded.
 */
export function updateCommand(sys: Sys, host: Host, args: readonly string[]): number {
  if (args.length !== 1 || args[0] !== 'run') {
    sys.log('Usage: update.js run|serve')
    return 2
  }
  let code = runOnce(sys, host)
  // What was asked for while this run was busy would find nobody to start: systemd starts no unit twice.
  for (let turn = 1; turn < mostRequests && readRequest(sys) !== undefined; turn++) code = runOnce(sys, host)
  return code
}

function runOnce(sys: Sys, host: Host): number {
  const request = readRequest(sys)
  const answer = (outcome: Omit<UpdateAnswer, 'id'>) => {
    if (request !== undefined) answerRequest(sys, request, outcome)
  }
  try {
    const config = readConfig(sys)
    // A machine that takes no updates has the agent all the same, and the health gate starts it.
    if (config === undefined && request === undefined) return 0
    if (config === undefined) throw errors.notConfigured()
    const record = loadRecord(sys, host.running().version)
    const session = new Session({ sys, host, config, record })
    const outcome = runUpdate(session, request)
    answer(outcome)
    session.show({ step: 'done', version: outcome.version })
    const isWaiting = outcome.outcome === 'waiting'
    const wantedAtMs = isWaiting ? sys.nowMs() + verdictMs : awaitedOpening(session)
    if (outcome.outcome !== 'switching') scheduleNext(sys, session.record, wantedAtMs)
    return outcome.outcome === 'failed' ? 1 : 0
  } catch (error) {
    answer({ outcome: 'failed', error: toRecorded(error, sys.nowMs()) })
    throw error
  }
}

function toRecorded(error: unknown, atMs: number) {
  const { code, message, hint } = error as { code?: string; message?: string; hint?: string }
  const said = { code: code ?? 'update/unexpected', message: message ?? String(error), atMs }
  return hint === undefined ? said : { ...said, hint }
}
