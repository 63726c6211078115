import { omahaError, omahaLimits } from './errors.ts'
import type {
  OmahaResponse,
  ResponseAction,
  ResponseApp,
  ResponseManifest,
  ResponsePackage,
  ResponseUpdateCheck,
} from './response.ts'
import { Attributes, childOf, childrenOf, expectRoot } from './xml/attributes.ts'
import { readXml, type XmlElement } from './xml/read-xml.ts'

/**
 * Reads a response. Elements and attributes that are not known are ignored. Whether an offer is complete is what
 * `findOffer` looks at.
 * Throws `omaha/too-large` (above 1 MiB), `omaha/too-deep`, `omaha/doctype`, `omaha/malformed-xml`,
 * `omaha/wrong-root`, `omaha/unsupported-protocol` (anything but "3.0"), `omaha/missing-attribute` and
 * `omaha/bad-attribute`.
 */
export function parseResponse(text: string): OmahaResponse {
  const root = readXml(text, omahaLimits.responseBytes)
  expectRoot(root, 'response')
  const protocol = new Attributes(root).text('protocol')
  if (protocol !== '3.0')
    throw omahaError('omaha/unsupported-protocol', `Server speaks Omaha "${protocol}", expected "3.0"`, {
      at: root.at,
    })
  const daystart = childOf(root, 'daystart')
  return {
    protocol,
    server: root.attributes['server'] ?? '',
    ...(daystart === undefined
      ? {}
      : new Attributes(daystart).integers({ daystartSeconds: 'elapsed_seconds' })),
    apps: childrenOf(root, 'app').map(readApp),
  }
}

function readApp(element: XmlElement): ResponseApp {
  const attributes = new Attributes(element)
  const ping = childOf(element, 'ping')
  const check = childOf(element, 'updatecheck')
  return {
    appId: attributes.text('appid'),
    status: attributes.text('status'),
    ...(ping === undefined ? {} : { ping: new Attributes(ping).text('status') }),
    ...(check === undefined ? {} : { updateCheck: readUpdateCheck(check) }),
    events: childrenOf(element, 'event').map((event) => new Attributes(event).text('status')),
  }
}

function readUpdateCheck(element: XmlElement): ResponseUpdateCheck {
  const attributes = new Attributes(element)
  return {
    status: attributes.text('status'),
    ...attributes.integers({ pollIntervalSeconds: 'PollInterval' }),
    urls: grandchildrenOf(element, 'urls', 'url').map((url) => new Attributes(url).text('codebase')),
    manifests: childrenOf(element, 'manifest').map(readManifest),
  }
}

function readManifest(element: XmlElement): ResponseManifest {
  const attributes = new Attributes(element)
  return {
    version: attributes.text('version'),
    ...attributes.flags({ isFloor: 'is_floor', isTarget: 'is_target' }),
    ...attributes.texts({ floorReason: 'floor_reason' }),
    packages: grandchildrenOf(element, 'packages', 'package').map(readPackage),
    actions: grandchildrenOf(element, 'actions', 'action').map(readAction),
  }
}

function readPackage(element: XmlElement): ResponsePackage {
  const attributes = new Attributes(element)
  return {
    name: attributes.text('name'),
    ...attributes.texts({ sha1: 'hash', sha256: 'hash_sha256' }),
    sizeBytes: attributes.integer('size'),
    ...attributes.flags({ required: 'required' }),
  }
}

function readAction(element: XmlElement): ResponseAction {
  const attributes = new Attributes(element)
  return {
    event: attributes.text('event'),
    ...attributes.flags({
      disablePayloadBackoff: 'DisablePayloadBackoff',
      isDeltaPayload: 'IsDeltaPayload',
      needsAdmin: 'needsadmin',
    }),
    ...attributes.integers({
      maxFailureCountPerUrl: 'MaxFailureCountPerUrl',
      metadataSize: 'MetadataSize',
    }),
    ...attributes.texts({
      sha256: 'sha256',
      metadataSignatureRsa: 'MetadataSignatureRsa',
      displayVersion: 'DisplayVersion',
      deadline: 'deadline',
      moreInfo: 'MoreInfo',
      prompt: 'Prompt',
    }),
  }
}

function grandchildrenOf(element: XmlElement, child: string, name: string): XmlElement[] {
  return childrenOf(element, child).flatMap((found) => childrenOf(found, name))
}
