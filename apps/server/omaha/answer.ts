import {
  normaliseAppId,
  type OmahaRequest,
  type OmahaResponse,
  type RequestApp,
  type RequestOs,
  type ResponseApp,
  type ResponseUpdateCheck,
} from '@afloat/omaha'
import type { Transaction } from 'kysely'
import type { Database } from '../database/open.ts'
import type { Package, Tables } from '../database/tables.ts'
import { architectureOf } from './architecture.ts'
import { decide } from './decide.ts'
import { recordEvents } from './events.ts'
import { findGroup } from './groups.ts'
import { changeStatus, isMachineId, register, said } from './instances.ts'
import { offerOf } from './offer-of.ts'
import { readVersion } from './read-version.ts'

export type AnswerOptions = {
  /** Where clients reach this server, without a slash at the end. */
  readonly baseUrl: string
  readonly now: Date
  /** Sent with every update check when given. */
  readonly pollIntervalSeconds?: number | undefined
}

/**
 * Answers a request: every application of it, in its order, and all of it in one transaction.
 * Events come first, so that an update that has just ended does not stand in the way of the next.
 */
export async function answer(
  db: Database,
  request: OmahaRequest,
  options: AnswerOptions,
): Promise<OmahaResponse> {
  const apps = await db.transaction().execute(async (tx) => {
    const answers: ResponseApp[] = []
    for (const app of request.apps) {
      const known = request.protocol === '3.0'
      answers.push(known ? await answerApp(tx, app, request.os, options) : wrongProtocol(app))
    }
    return answers
  })
  return { protocol: '3.0', server: 'afloat', daystartSeconds: 0, apps }
}

async function answerApp(
  tx: Transaction<Tables>,
  app: RequestApp,
  os: RequestOs | undefined,
  options: AnswerOptions,
): Promise<ResponseApp> {
  const applicationId = normaliseAppId(app.appId)
  const application = await tx
    .selectFrom('applications')
    .select('id')
    .where('id', '=', applicationId)
    .executeTakeFirst()
  if (application === undefined) return refusal(app, 'error-unknownApplication')
  const architecture = architectureOf(app, os)
  const { track = '', channel } = app
  const group = await findGroup(tx, { applicationId, track, channel, architecture })
  if (group === undefined) return refusal(app, 'error-unknownApplicationOrGroup')
  const version = readVersion(app.version)
  const { machineId } = app
  if (version === undefined) return refusal(app, 'error-invalidVersion')
  if (machineId === undefined || !isMachineId(machineId))
    return said(app) ? refusal(app, 'error-instanceRegistrationFailed') : accepted(app)
  if (!said(app)) return accepted(app)

  const at = options.now.toISOString()
  const registered = await register(tx, {
    app,
    applicationId,
    machineId,
    architecture,
    groupId: group.id,
    at,
  })
  const instance = await recordEvents(tx, registered, app, at)
  if (app.updateCheck === undefined) return accepted(app)
  if (group.channelUnknown) return refusal(app, 'error-unknownChannel')
  const decision = decide({
    instance: { version, status: instance.status, grantedVersion: instance.granted_version },
    target: group.target,
  })
  if (decision.change !== undefined) await changeStatus(tx, instance, decision.change, at)
  return accepted(app, updateCheck(decision.offer ? group.target : undefined, options))
}

function updateCheck(target: Package | undefined, options: AnswerOptions): ResponseUpdateCheck {
  const poll =
    options.pollIntervalSeconds === undefined ? {} : { pollIntervalSeconds: options.pollIntervalSeconds }
  if (target === undefined) return { status: 'noupdate', ...poll, urls: [], manifests: [] }
  return { status: 'ok', ...poll, ...offerOf(target, options.baseUrl) }
}

function accepted(app: RequestApp, check?: ResponseUpdateCheck): ResponseApp {
  return {
    appId: app.appId,
    status: 'ok',
    ...(app.ping === undefined ? {} : { ping: 'ok' }),
    ...(check === undefined ? {} : { updateCheck: check }),
    events: app.events.map(() => 'ok'),
  }
}

/** Clients look at the status of the update check, not at that of the application: so both say it. */
function refusal(app: RequestApp, status: string, checkStatus = 'error-internal'): ResponseApp {
  const check = { status: checkStatus, urls: [], manifests: [] }
  return { ...accepted(app, app.updateCheck === undefined ? undefined : check), status }
}

function wrongProtocol(app: RequestApp): ResponseApp {
  return refusal(app, 'error-internal', 'error-unsupportedProtocol')
}
