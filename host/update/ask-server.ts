import {
  afloatAppId,
  afloatBoard,
  findOffer,
  formatRequest,
  type Offer,
  omahaLimits,
  parseResponse,
  type RequestEvent,
} from '@afloat/omaha'
import type { Sys } from '../sys/sys.ts'
import type { UpdateConfig } from './config.ts'
import { postText } from './fetch-answer.ts'
import { readMachineIdentity } from './identity.ts'

const client = 'afloat'

export type Question = {
  readonly config: UpdateConfig
  readonly runningVersion: string
  readonly firstVersion: string
  /** Events to tell. */
  readonly events: readonly RequestEvent[]
  /** Whether to ask for an update; otherwise this is a ping. */
  readonly check: boolean
  /** A person asked. */
  readonly onDemand: boolean
}

/**
 * Asks the update server. Returns what it offers; `none` when it was not asked for an update.
 * Throws what `postText`, `parseResponse` and `findOffer` throw.
 */
export function askServer(sys: Sys, question: Question): Offer {
  const { config, check } = question
  const answer = postText(sys, {
    url: config.server,
    contentType: 'text/xml',
    body: formatQuestion(sys, question),
    limitBytes: omahaLimits.responseBytes,
  })
  const offer = findOffer(parseResponse(answer), afloatAppId)
  return check ? offer : withoutUpdate(offer)
}

/** An update that was not asked for is none. */
function withoutUpdate(offer: Offer): Offer {
  const { pollIntervalSeconds } = offer
  return pollIntervalSeconds === undefined ? { kind: 'none' } : { kind: 'none', pollIntervalSeconds }
}

function formatQuestion(sys: Sys, question: Question): string {
  const { config, runningVersion, firstVersion, events, check, onDemand } = question
  const { machineId, bootId, hostname } = readMachineIdentity(sys)
  return formatRequest({
    protocol: '3.0',
    version: `${client}-${runningVersion}`,
    updaterVersion: `${client}-${runningVersion}`,
    installSource: onDemand ? 'ondemandupdate' : 'scheduler',
    isMachine: true,
    os: { platform: 'Afloat', version: runningVersion, sp: `${runningVersion}_x86_64`, arch: 'x64' },
    apps: [
      {
        appId: `{${afloatAppId}}`,
        version: runningVersion,
        track: config.group,
        ...(config.channel === undefined ? {} : { channel: config.channel }),
        bootId,
        alephVersion: firstVersion,
        machineId,
        machineAlias: hostname,
        board: afloatBoard,
        deltaOkay: false,
        ping: { active: true },
        ...(check ? { updateCheck: {} } : {}),
        events,
      },
    ],
  })
}
