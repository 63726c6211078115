import { errorCodes, events, type RequestEvent } from '@afloat/omaha'
import type { AfloatError } from '@afloat/report'
import { omahaCodeOf } from './omaha-code.ts'
import type { FailedVersion, State, StateName, SwitchAction, Target, UpdateRecord } from './record.ts'

/** More are not kept: what failed long ago is older than what runs, and so is never offered again. */
const mostFailed = 20
const mostEvents = 20

type At = { readonly nowMs: number }

/** idle, writing -> writing: a release is about to be written to the other slot. */
export function begin(record: UpdateRecord, target: Target, { nowMs }: At): UpdateRecord {
  expect(record, 'begin', 'idle', 'writing')
  return enter(record, { name: 'writing', target, framesDone: 0, cleared: false }, nowMs)
}

/** writing -> writing: what the other slot held can no longer start. */
export function clear(record: UpdateRecord, at: At): UpdateRecord {
  const state = expect(record, 'clear', 'writing')
  const cleared = { ...record, state: { ...state, cleared: true, framesDone: 0 }, sinceMs: at.nowMs }
  return post(cleared, events.downloadStarted)
}

/** writing -> writing: so many frames are on the medium. Progress forgets the failures before it. */
export function progress(record: UpdateRecord, framesDone: number): UpdateRecord {
  const state = expect(record, 'progress', 'writing')
  if (framesDone < state.framesDone)
    throw new Error(`${framesDone} frames are fewer than ${state.framesDone}`)
  return { ...record, state: { ...state, framesDone }, check: { ...record.check, failures: 0 } }
}

/** writing -> writing: what was written has to be written again from this frame on. */
export function rewind(record: UpdateRecord, framesDone: number): UpdateRecord {
  const state = expect(record, 'rewind', 'writing')
  return { ...record, state: { ...state, framesDone: Math.min(framesDone, state.framesDone) } }
}

/** writing -> sealed: the slot has its name. */
export function seal(record: UpdateRecord, { nowMs }: At): UpdateRecord {
  const { target } = expect(record, 'seal', 'writing')
  return post(enter(record, { name: 'sealed', target }, nowMs), events.downloadFinished)
}

/** sealed -> staged: the next boot would try the release. */
export function stage(record: UpdateRecord, { nowMs }: At): UpdateRecord {
  const { target } = expect(record, 'stage', 'sealed')
  const staged = enter(record, { name: 'staged', target, attempts: 0 }, nowMs)
  return post(post(staged, events.written), events.installed)
}

/** idle -> staged: the release in the other slot is to run again. */
export function stageRollback(record: UpdateRecord, target: Target, { nowMs }: At): UpdateRecord {
  expect(record, 'stageRollback', 'idle')
  return enter(record, { name: 'staged', target, attempts: 0 }, nowMs)
}

/** staged -> acting: the switch is about to be ordered. */
export function act(
  record: UpdateRecord,
  order: { action: SwitchAction; bootId: string; softReboots: number },
  { nowMs }: At,
): UpdateRecord {
  const { target, attempts } = expect(record, 'act', 'staged')
  return enter(record, { name: 'acting', target, attempts: attempts + 1, ...order }, nowMs)
}

/** acting -> staged: the switch has not happened. */
export function stay(record: UpdateRecord, { nowMs }: At): UpdateRecord {
  const { target, attempts } = expect(record, 'stay', 'acting')
  return enter(record, { name: 'staged', target, attempts }, nowMs)
}

/** staged, acting -> sealed: the kernel image has gone from the EFI system partition. */
export function restage(record: UpdateRecord, { nowMs }: At): UpdateRecord {
  const { target } = expect(record, 'restage', 'staged', 'acting')
  return enter(record, { name: 'sealed', target }, nowMs)
}

/** staged, acting -> idle: the release runs and is healthy. */
export function succeed(record: UpdateRecord, { nowMs }: At): UpdateRecord {
  const state = expect(record, 'succeed', 'staged', 'acting')
  const { version, from, rollback } = state.target
  const failed =
    rollback === true
      ? withFailed(record, from.version, 'a person rolled back from it', nowMs)
      : record.failed
  const done: UpdateRecord = {
    ...enter(record, { name: 'idle' }, nowMs),
    failed,
    lastError: undefined,
    lastUpdate: { from: from.version, to: version, ...actionOf(state), outcome: 'good', atMs: nowMs },
  }
  return rollback === true
    ? post(done, { ...events.failed, errorCode: errorCodes.rollback.code, previousVersion: from.version })
    : post(done, { ...events.complete, previousVersion: from.version })
}

/** staged, acting -> idle: the release was tried, or could not be, and is not tried again. */
export function fail(record: UpdateRecord, error: AfloatError, { nowMs }: At): UpdateRecord {
  const state = expect(record, 'fail', 'staged', 'acting')
  const { version, from, rollback } = state.target
  const reason = error.message
  const outcome = { outcome: 'failed', reason, atMs: nowMs } as const
  const done: UpdateRecord = {
    ...enter(record, { name: 'idle' }, nowMs),
    failed: rollback === true ? record.failed : withFailed(record, version, reason, nowMs),
    lastUpdate: { from: from.version, to: version, ...actionOf(state), ...outcome },
  }
  return post(noteError(done, error, { nowMs }), { ...failure(error), nextVersion: version })
}

/** writing, sealed -> idle: the update is given up; the other slot holds nothing that could start. */
export function abandon(record: UpdateRecord, { nowMs }: At): UpdateRecord {
  expect(record, 'abandon', 'writing', 'sealed')
  return enter(record, { name: 'idle' }, nowMs)
}

/** Any state: something went wrong and will be tried again. */
export function noteError(record: UpdateRecord, error: AfloatError, { nowMs }: At): UpdateRecord {
  const { code, message, hint } = error
  return { ...record, lastError: { code, message, ...(hint === undefined ? {} : { hint }), atMs: nowMs } }
}

/** Any state: tells the server about a failure, once for one that repeats. */
export function reportError(record: UpdateRecord, error: AfloatError, version: string): UpdateRecord {
  if (record.lastError?.message === error.message) return record
  return post(record, { ...failure(error), nextVersion: version })
}

/** Any state: the server has these events now. */
export function acknowledge(record: UpdateRecord, sent: readonly RequestEvent[]): UpdateRecord {
  return { ...record, outbox: record.outbox.filter((event) => !sent.includes(event)) }
}

/** Any state: a person wants this version tried once more. */
export function forgive(record: UpdateRecord, version: string): UpdateRecord {
  return { ...record, failed: record.failed.filter((entry) => entry.version !== version) }
}

export function isFailed(record: UpdateRecord, version: string): FailedVersion | undefined {
  return record.failed.find((entry) => entry.version === version)
}

type Of<Name extends StateName> = Extract<State, { name: Name }>

function expect<Name extends StateName>(
  record: UpdateRecord,
  transition: string,
  ...allowed: Name[]
): Of<Name> {
  const { state } = record
  if (!(allowed as string[]).includes(state.name))
    throw new Error(`Cannot ${transition} while ${state.name}: expected ${allowed.join(' or ')}`)
  return state as Of<Name>
}

function enter(record: UpdateRecord, state: State, nowMs: number): UpdateRecord {
  return { ...record, state, sinceMs: nowMs }
}

function post(record: UpdateRecord, event: RequestEvent): UpdateRecord {
  return { ...record, outbox: [...record.outbox, event].slice(-mostEvents) }
}

function failure(error: AfloatError): RequestEvent {
  return { ...events.failed, errorCode: omahaCodeOf(error), reason: error.message.slice(0, 500) }
}

function withFailed(record: UpdateRecord, version: string, reason: string, atMs: number): FailedVersion[] {
  const others = record.failed.filter((entry) => entry.version !== version)
  return [...others, { version, reason, atMs }].slice(-mostFailed)
}

function actionOf(state: State): { action?: SwitchAction } {
  return state.name === 'acting' ? { action: state.action } : {}
}
