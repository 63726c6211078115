import { flag, formatXml, type XmlNode } from './xml/format-xml.ts'

/** What a server answers: one `app` for each of the request, in the same order. */
export type OmahaResponse = {
  /** "3.0". */
  readonly protocol: string
  readonly server: string
  /** Seconds since midnight where the server is; most servers send 0. */
  readonly daystartSeconds?: number
  readonly apps: readonly ResponseApp[]
}

export type ResponseApp = {
  /** As the client spelled it. */
  readonly appId: string
  /** See `appStatuses`; servers add their own. */
  readonly status: string
  /** Status of the ping, if there was one. */
  readonly ping?: string
  readonly updateCheck?: ResponseUpdateCheck
  /** A status for each event of the request. */
  readonly events: readonly string[]
}

export type ResponseUpdateCheck = {
  /** See `updateCheckStatuses`. */
  readonly status: string
  /** After how many seconds to ask again. */
  readonly pollIntervalSeconds?: number
  /** Code bases: the address of a package is one of these, a "/" where it is missing, and its name. */
  readonly urls: readonly string[]
  readonly manifests: readonly ResponseManifest[]
}

export type ResponseManifest = {
  readonly version: string
  readonly packages: readonly ResponsePackage[]
  readonly actions: readonly ResponseAction[]
  /** A version that must be passed through. */
  readonly isFloor?: boolean
  readonly floorReason?: string
  readonly isTarget?: boolean
}

export type ResponsePackage = {
  readonly name: string
  /** Base64. */
  readonly sha1?: string
  /** Hexadecimal on the wire. */
  readonly sha256?: string
  readonly sizeBytes: number
  readonly required?: boolean
}

export type ResponseAction = {
  /** "postinstall". */
  readonly event: string
  /** Base64, of the whole payload. */
  readonly sha256?: string
  readonly disablePayloadBackoff?: boolean
  readonly isDeltaPayload?: boolean
  readonly needsAdmin?: boolean
  readonly maxFailureCountPerUrl?: number
  readonly metadataSize?: number
  readonly metadataSignatureRsa?: string
  readonly displayVersion?: string
  readonly deadline?: string
  readonly moreInfo?: string
  readonly prompt?: string
}

/** The XML of a response. What XML cannot hold (control characters) becomes U+FFFD. */
export function formatResponse(response: OmahaResponse): string {
  const children: XmlNode[] = response.apps.map(formatApp)
  if (response.daystartSeconds !== undefined)
    children.unshift({ name: 'daystart', attributes: { elapsed_seconds: response.daystartSeconds } })
  return formatXml({
    name: 'response',
    attributes: { protocol: response.protocol, server: response.server },
    children,
  })
}

function formatApp(app: ResponseApp): XmlNode {
  const children: XmlNode[] = []
  if (app.ping !== undefined) children.push({ name: 'ping', attributes: { status: app.ping } })
  if (app.updateCheck !== undefined) children.push(formatUpdateCheck(app.updateCheck))
  for (const status of app.events) children.push({ name: 'event', attributes: { status } })
  return { name: 'app', attributes: { appid: app.appId, status: app.status }, children }
}

function formatUpdateCheck(check: ResponseUpdateCheck): XmlNode {
  const children: XmlNode[] = check.manifests.map(formatManifest)
  if (check.urls.length > 0)
    children.unshift({
      name: 'urls',
      children: check.urls.map((codebase) => ({ name: 'url', attributes: { codebase } })),
    })
  return {
    name: 'updatecheck',
    attributes: { status: check.status, PollInterval: check.pollIntervalSeconds },
    children,
  }
}

function formatManifest(manifest: ResponseManifest): XmlNode {
  return {
    name: 'manifest',
    attributes: {
      version: manifest.version,
      is_floor: flag(manifest.isFloor, 'true', 'false'),
      floor_reason: manifest.floorReason,
      is_target: flag(manifest.isTarget, 'true', 'false'),
    },
    children: [
      { name: 'packages', children: manifest.packages.map(formatPackage) },
      { name: 'actions', children: manifest.actions.map(formatAction) },
    ],
  }
}

function formatPackage(file: ResponsePackage): XmlNode {
  return {
    name: 'package',
    attributes: {
      name: file.name,
      hash: file.sha1,
      hash_sha256: file.sha256,
      size: file.sizeBytes,
      required: flag(file.required, 'true', 'false'),
    },
  }
}

function formatAction(action: ResponseAction): XmlNode {
  return {
    name: 'action',
    attributes: {
      event: action.event,
      sha256: action.sha256,
      DisablePayloadBackoff: flag(action.disablePayloadBackoff, 'true', 'false'),
      IsDeltaPayload: flag(action.isDeltaPayload, 'true', 'false'),
      needsadmin: flag(action.needsAdmin, 'true', 'false'),
      MaxFailureCountPerUrl: action.maxFailureCountPerUrl,
      MetadataSize: action.metadataSize,
      MetadataSignatureRsa: action.metadataSignatureRsa,
      DisplayVersion: action.displayVersion,
      deadline: action.deadline,
      MoreInfo: action.moreInfo,
      Prompt: action.prompt,
    },
  }
}
