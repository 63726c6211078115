import { AfloatError } from '@afloat/report'
import { afterFailure, chanceOf, isDue } from './backoff.ts'
import { checkServer, tellServer } from './check-server.ts'
import { conclude } from './conclude.ts'
import { updateErrors as errors } from './errors.ts'
import type { FetchedRelease } from './fetch-release.ts'
import { findRelease } from './find-release.ts'
import { isReady, nextOpening } from './next-opening.ts'
import { places } from './places.ts'
import type { Target, UpdateRecord } from './record.ts'
import { keepReleases } from './releases.ts'
import { requestedAtMs, type UpdateAnswer, type UpdateRequest } from './request.ts'
import type { Session } from './session.ts'
import { planToStaged, rollBack, switchOver } from './switch-over.ts'
import { abandon, begin, noteError, reportError, seal, stage } from './transitions.ts'
import { writeRelease } from './write-release.ts'

export type Outcome = Omit<UpdateAnswer, 'id'>

/**
 * One run of the agent: finds out where it stands, goes on from there as far as it can, and returns what came of it.
 * Without a request it is the timer's turn: it does nothing before its time, installs only when the configuration says
 * so, and switches only while a window is open. May be killed anywhere; the next run goes on.
 */
export function runUpdate(session: Session, request?: UpdateRequest): Outcome {
  try {
    const outcome = run(session, request)
    return request?.kind === 'plan' ? withOpening(session, outcome) : outcome
  } catch (error) {
    return recordFailure(session, error)
  }
}

function run(session: Session, request: UpdateRequest | undefined): Outcome {
  const before = session.record
  if (conclude(session) === 'waiting') {
    return { outcome: 'waiting', version: versionOf(session) }
  }
  if (request !== undefined && hasLedTo(before, request, session)) return { outcome: 'nothing' }
  const hasNews = session.record.outbox.length > before.outbox.length
  if (request?.kind === 'rollback') return rollBack(session)
  if (request === undefined && !hasNews && !isTime(session)) return { outcome: 'nothing' }
  if (request === undefined && !session.config.automatic) {
    session.show({ step: 'check' })
    checkServer(session, { check: false, onDemand: false })
    return { outcome: 'nothing' }
  }
  return advance(session, request)
}

/**
 * Whether a request was made before the switch that the machine has been through: the agent was ended by the switch before
 * it could say that this is done. Taken for a new one, a rollback would lead back to what a person wanted to leave.
 */
function hasLedTo({ state, sinceMs }: UpdateRecord, request: UpdateRequest, { host }: Session): boolean {
  if (state.name !== 'acting') return false
  const { bootId, softReboots } = host.life()
  const isSameLife = state.bootId === bootId && state.softReboots === softReboots
  return !isSameLife && requestedAtMs(request) < sinceMs
}

/** The time that the record names, or that of a window which a release has waited for. */
function isTime({ record, config, sys }: Session): boolean {
  if (isDue(record.check, sys.nowMs())) return true
  return isReady(record) && config.windows.length > 0 && nextOpening(sys, config.windows) === undefined
}

function advance(session: Session, request: UpdateRequest | undefined): Outcome {
  // Windows bind the machine, not people.
  const opensAtMs = () =>
    request === undefined ? nextOpening(session.sys, session.config.windows) : undefined
  const { name } = session.record.state
  const closedUntil = name === 'sealed' ? opensAtMs() : undefined
  if (closedUntil !== undefined) {
    renew(session)
    return waitFor(session, closedUntil)
  }
  if (name === 'idle' || name === 'writing') {
    const found = findRelease(session, request)
    if (found.release === undefined) return found.outcome
    fetch(session, found.release)
  } else if (request !== undefined && request.kind !== 'update') {
    return { outcome: 'available', version: versionOf(session), plan: planToStaged(session) }
  }
  const opening = opensAtMs()
  if (opening !== undefined) return waitFor(session, opening)
  if (session.record.state.name === 'sealed') stageKernelImage(session)
  return switchOver(session)
}

/**
 * While a release waits for a window, the server may come to offer a newer one, or none. Nothing that goes wrong here
 * keeps the one that is sealed from its window.
 */
function renew(session: Session): void {
  if (!isDue(session.record.check, session.sys.nowMs())) return
  try {
    const found = findRelease(session, undefined)
    const { state } = session.record
    if (found.release === undefined || (state.name === 'sealed' && isSame(state.target, found.release)))
      return
    if (state.name === 'sealed') session.change(abandon(session.record, session.at))
    fetch(session, found.release)
  } catch (error) {
    recordFailure(session, error)
  }
}

/** What is sealed starts with no boot, whatever happens before the window opens. */
function waitFor(session: Session, opensAtMs: number): Outcome {
  const version = versionOf(session)
  if (version === undefined) return { outcome: 'nothing' }
  const opensAt = new Date(opensAtMs).toISOString()
  session.sys.log(`afloat: ${version} waits for the window that opens at ${opensAt}`)
  return { outcome: 'available', version, opensAt }
}

/** idle or writing -> sealed. */
function fetch(session: Session, release: FetchedRelease): void {
  const { host, sys, record } = session
  const { manifest, source } = release
  const { version, usrRootHash: rootHash } = manifest
  const running = host.running()
  const goesOn = record.state.name === 'writing' && isSame(record.state.target, release)
  if (!goesOn) {
    host.forgetTrial()
    const from = { version: running.version, rootHash: running.rootHash }
    session.change(begin(record, { version, rootHash, from, source }, session.at))
  }
  writeRelease(session, release)
  keepReleases(sys, manifest, release.manifestBytes, host.identities().running)
  host.sealSlot(rootHash)
  session.change(seal(session.record, session.at))
  tellServer(session)
}

function isSame(target: Target, { source, manifest }: FetchedRelease): boolean {
  return target.source?.manifestSha256 === source.manifestSha256 && target.rootHash === manifest.usrRootHash
}

/** sealed -> staged. */
function stageKernelImage(session: Session): void {
  const { version, rootHash } = session.expect('sealed').target
  session.show({ step: 'stage', version })
  session.host.stage({ file: places.uki, version, rootHash })
  session.change(stage(session.record, session.at))
  tellServer(session)
}

/** A person who looks at a plan also wants to know when the machine would act on it. */
function withOpening({ config, sys }: Session, outcome: Outcome): Outcome {
  const opensAtMs = config.automatic ? nextOpening(sys, config.windows) : undefined
  return opensAtMs === undefined ? outcome : { ...outcome, opensAt: new Date(opensAtMs).toISOString() }
}

function versionOf(session: Session): string | undefined {
  const { state } = session.record
  return state.name === 'idle' ? undefined : state.target.version
}

function recordFailure(session: Session, cause: unknown): Outcome {
  const { sys } = session
  if (!(cause instanceof AfloatError))
    sys.log(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause))
  const error =
    cause instanceof AfloatError
      ? cause
      : errors.unexpected(cause instanceof Error ? cause.message : String(cause))
  const { record } = session
  const version = versionOf(session) ?? session.concerns
  const reported = version === undefined ? record : reportError(record, error, version)
  const check = afterFailure(reported.check, sys.nowMs(), chanceOf(sys.randomBytes(1)))
  session.change({ ...noteError(reported, error, session.at), check })
  sys.log(`afloat: ${error.message} (${error.code})${error.hint === undefined ? '' : `\n${error.hint}`}`)
  if (error.code !== 'update/unreachable') tellServer(session)
  return { outcome: 'failed', version, error: session.record.lastError }
}
