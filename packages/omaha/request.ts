import { flag, formatXml, type XmlNode } from './xml/format-xml.ts'

/**
 * What a client asks: one or more applications, each with any of ping, update check and events.
 * Texts are as sent; what was absent is absent. Source: Omaha protocol 3.0 as Flatcar's clients write it.
 */
export type OmahaRequest = {
  /** "3.0". */
  readonly protocol: string
  /** Name and version of the client, such as "update_engine-0.4.10". */
  readonly version?: string
  readonly updaterVersion?: string
  /** "scheduler", or "ondemandupdate" when a person asked. */
  readonly installSource?: string
  readonly isMachine?: boolean
  readonly requestId?: string
  readonly sessionId?: string
  readonly userId?: string
  readonly testSource?: string
  readonly os?: RequestOs
  readonly apps: readonly RequestApp[]
}

export type RequestOs = {
  readonly platform?: string
  readonly version?: string
  /** "<running version>_<uname -m>". */
  readonly sp?: string
  /** "x64", "arm" or "x86". */
  readonly arch?: string
}

export type RequestApp = {
  /** UUID with or without braces, or a product id. */
  readonly appId: string
  /** The running version. */
  readonly version: string
  /** The group, by the name of its track. */
  readonly track?: string
  /** Asks for what this channel has, not for that of the group. Afloat's own attribute (`afloat_channel`). */
  readonly channel?: string
  /** "amd64-usr" or "arm64-usr". */
  readonly board?: string
  readonly machineId?: string
  readonly bootId?: string
  readonly machineAlias?: string
  readonly oem?: string
  readonly oemVersion?: string
  /** The version this machine was installed with. */
  readonly alephVersion?: string
  readonly lang?: string
  readonly hardwareClass?: string
  readonly fromTrack?: string
  readonly nextVersion?: string
  readonly installAge?: string
  readonly deltaOkay?: boolean
  /** A server that fetches for others and understands several manifests. */
  readonly multiManifestOk?: boolean
  readonly ping?: RequestPing
  readonly updateCheck?: RequestUpdateCheck
  readonly events: readonly RequestEvent[]
}

export type RequestPing = { readonly active?: boolean; readonly a?: string; readonly r?: string }

export type RequestUpdateCheck = { readonly targetVersionPrefix?: string }

export type RequestEvent = {
  readonly type: number
  readonly result: number
  /** As sent; may be negative when bit 31 is set. See `readErrorCode`. */
  readonly errorCode?: number
  readonly nextVersion?: string
  readonly previousVersion?: string
  /** Why, in words. Afloat's own attribute (`afloat_reason`); other servers ignore it. */
  readonly reason?: string
}

/** The XML of a request. What XML cannot hold (control characters) becomes U+FFFD. */
export function formatRequest(request: OmahaRequest): string {
  const { os } = request
  const children: XmlNode[] = request.apps.map(formatApp)
  if (os !== undefined)
    children.unshift({
      name: 'os',
      attributes: { version: os.version, platform: os.platform, sp: os.sp, arch: os.arch },
    })
  return formatXml({
    name: 'request',
    attributes: {
      protocol: request.protocol,
      version: request.version,
      updaterversion: request.updaterVersion,
      installsource: request.installSource,
      ismachine: flag(request.isMachine, '1', '0'),
      requestid: request.requestId,
      sessionid: request.sessionId,
      userid: request.userId,
      testsource: request.testSource,
    },
    children,
  })
}

function formatApp(app: RequestApp): XmlNode {
  const children: XmlNode[] = []
  const { ping, updateCheck } = app
  if (ping !== undefined)
    children.push({ name: 'ping', attributes: { active: flag(ping.active, '1', '0'), a: ping.a, r: ping.r } })
  if (updateCheck !== undefined)
    children.push({
      name: 'updatecheck',
      attributes: { targetversionprefix: updateCheck.targetVersionPrefix },
    })
  for (const event of app.events)
    children.push({
      name: 'event',
      attributes: {
        eventtype: event.type,
        eventresult: event.result,
        errorcode: event.errorCode,
        nextversion: event.nextVersion,
        previousversion: event.previousVersion,
        afloat_reason: event.reason,
      },
    })
  return {
    name: 'app',
    attributes: {
      appid: app.appId,
      version: app.version,
      track: app.track,
      from_track: app.fromTrack,
      afloat_channel: app.channel,
      bootid: app.bootId,
      oem: app.oem,
      oemversion: app.oemVersion,
      alephversion: app.alephVersion,
      machineid: app.machineId,
      machinealias: app.machineAlias,
      lang: app.lang,
      board: app.board,
      hardware_class: app.hardwareClass,
      nextversion: app.nextVersion,
      installage: app.installAge,
      delta_okay: flag(app.deltaOkay, 'true', 'false'),
      multi_manifest_ok: flag(app.multiManifestOk, 'true', 'false'),
    },
    children,
  }
}
