import type { Offer } from '@afloat/omaha'
import { isVersion, type UpdatePlan } from '@afloat/release'
import { AfloatError } from '@afloat/report'
import { checkServer } from './check-server.ts'
import { updateErrors as errors } from './errors.ts'
import { type FetchedRelease, fetchRelease } from './fetch-release.ts'
import { mayPass } from './network-retries.ts'
import { planFor } from './plan-for.ts'
import type { UpdateAnswer, UpdateRequest } from './request.ts'
import type { Session } from './session.ts'
import { abandon, forgive, isFailed, noteError } from './transitions.ts'

/** A release to install, or what else came of the question. */
export type Found = { release: FetchedRelease } | { release?: undefined; outcome: Omit<UpdateAnswer, 'id'> }

/** Asks the server, fetches the head of what it offers, and decides whether to install that. */
export function findRelease(session: Session, request: UpdateRequest | undefined): Found {
  const { sys, config } = session
  session.show({ step: 'check' })
  const offer = offerOf(session, request !== undefined)
  if (offer.kind === 'none') {
    const { name } = session.record.state
    if (name === 'writing' || name === 'sealed') session.change(abandon(session.record, session.at))
    session.change({
      ...session.record,
      lastError: undefined,
      check: { ...session.record.check, failures: 0 },
    })
    return { outcome: { outcome: 'nothing' } }
  }
  const { version } = offer
  if (!isVersion(version)) throw errors.badOffer(version)
  session.concerns = version
  if (request?.retry === true) session.change(forgive(session.record, version))
  const failed = isFailed(session.record, version)
  if (failed !== undefined) {
    const error = errors.failedBefore(version, failed.reason)
    session.change(noteError(session.record, error, session.at))
    return { outcome: { outcome: 'nothing', version, error: session.record.lastError } }
  }
  if (request?.kind === 'check') return { outcome: { outcome: 'available', version } }
  session.show({ step: 'plan', version })
  const release = fetchFirst(offer.urls, (url) =>
    fetchRelease(sys, { version, url, sizeBytes: offer.sizeBytes }, config.publicKeys),
  )
  const plan = planFor(session, release.manifest)
  if (request?.kind === 'plan') return { outcome: { outcome: 'planned', version, plan } }
  return decide(plan, release)
}

function decide(plan: UpdatePlan, release: FetchedRelease): Found {
  const { version } = release.manifest
  if (plan.action === 'refuse') throw errors.refused(plan.reasons)
  if (plan.action === 'nothing' || plan.action === 'refresh-extensions')
    return { outcome: { outcome: 'nothing', version, plan } }
  return { release }
}

/** A server that takes this machine for one in the middle of an update offers what it did before. */
function offerOf(session: Session, onDemand: boolean): Offer {
  try {
    return checkServer(session, { check: true, onDemand })
  } catch (error) {
    const { state } = session.record
    const isBusy =
      error instanceof AfloatError && error.details['appStatus'] === 'error-updateInProgressOnInstance'
    if (!isBusy || (state.name !== 'writing' && state.name !== 'sealed')) throw error
    if (state.target.source === undefined) throw error
    const { url, sizeBytes } = state.target.source
    return { kind: 'update', version: state.target.version, urls: [url], sizeBytes, sha256: '' }
  }
}

/** Tries one address after the other; the last failure is the one that counts. */
function fetchFirst<T>(urls: readonly [string, ...string[]], attempt: (url: string) => T): T {
  let last: unknown
  for (const url of urls) {
    try {
      return attempt(url)
    } catch (error) {
      if (!mayPass(error) && !(error instanceof AfloatError && error.code === 'update/http-status'))
        throw error
      last = error
    }
  }
  throw last
}
