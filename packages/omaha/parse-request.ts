import { omahaLimits } from './errors.ts'
import type { OmahaRequest, RequestApp, RequestEvent, RequestOs, RequestPing } from './request.ts'
import { Attributes, childOf, childrenOf, expectRoot } from './xml/attributes.ts'
import { readXml, type XmlElement } from './xml/read-xml.ts'

/**
 * Reads a request. Elements and attributes that are not known are ignored, and any protocol is let through: what to
 * answer to it is up to the server.
 * Throws `omaha/too-large` (above 64 KiB), `omaha/too-deep`, `omaha/doctype`, `omaha/malformed-xml`,
 * `omaha/wrong-root`, `omaha/missing-attribute` (application id, type and result of an event) and
 * `omaha/bad-attribute` (a number that is none).
 */
export function parseRequest(text: string): OmahaRequest {
  const root = readXml(text, omahaLimits.requestBytes)
  expectRoot(root, 'request')
  const attributes = new Attributes(root)
  const os = childOf(root, 'os')
  return {
    protocol: root.attributes['protocol'] ?? '',
    ...attributes.texts({
      version: 'version',
      updaterVersion: 'updaterversion',
      installSource: 'installsource',
      requestId: 'requestid',
      sessionId: 'sessionid',
      userId: 'userid',
      testSource: 'testsource',
    }),
    ...attributes.flags({ isMachine: 'ismachine' }),
    ...(os === undefined ? {} : { os: readOs(os) }),
    apps: childrenOf(root, 'app').map(readApp),
  }
}

function readOs(element: XmlElement): RequestOs {
  return new Attributes(element).texts({ platform: 'platform', version: 'version', sp: 'sp', arch: 'arch' })
}

function readApp(element: XmlElement): RequestApp {
  const attributes = new Attributes(element)
  const ping = childOf(element, 'ping')
  const check = childOf(element, 'updatecheck')
  return {
    appId: attributes.text('appid'),
    version: element.attributes['version'] ?? '',
    ...attributes.texts({
      track: 'track',
      channel: 'afloat_channel',
      board: 'board',
      machineId: 'machineid',
      bootId: 'bootid',
      machineAlias: 'machinealias',
      oem: 'oem',
      oemVersion: 'oemversion',
      alephVersion: 'alephversion',
      lang: 'lang',
      hardwareClass: 'hardware_class',
      fromTrack: 'from_track',
      nextVersion: 'nextversion',
      installAge: 'installage',
    }),
    ...attributes.flags({ deltaOkay: 'delta_okay', multiManifestOk: 'multi_manifest_ok' }),
    ...(ping === undefined ? {} : { ping: readPing(ping) }),
    ...(check === undefined
      ? {}
      : { updateCheck: new Attributes(check).texts({ targetVersionPrefix: 'targetversionprefix' }) }),
    events: childrenOf(element, 'event').map(readEvent),
  }
}

function readPing(element: XmlElement): RequestPing {
  const attributes = new Attributes(element)
  return { ...attributes.flags({ active: 'active' }), ...attributes.texts({ a: 'a', r: 'r' }) }
}

function readEvent(element: XmlElement): RequestEvent {
  const attributes = new Attributes(element)
  return {
    type: attributes.integer('eventtype'),
    result: attributes.integer('eventresult'),
    ...attributes.integers({ errorCode: 'errorcode' }),
    ...attributes.texts({
      nextVersion: 'nextversion',
      previousVersion: 'previousversion',
      reason: 'afloat_reason',
    }),
  }
}
