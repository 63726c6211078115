import fc from 'fast-check'
import type { OmahaRequest, RequestApp, RequestEvent } from '../request.ts'
import type { OmahaResponse, ResponseManifest } from '../response.ts'

/** Whatever an XML attribute can hold. */
const text = fc
  .string({ unit: 'binary', maxLength: 12 })
  .filter((value) => !/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(value))
const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const flag = fc.boolean()

/** Fields that are all optional: there or absent, never undefined. */
function some<T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(fields, { requiredKeys: [], noNullPrototype: true }) as unknown as fc.Arbitrary<Partial<T>>
}

function both<A extends object, B extends object>(
  a: fc.Arbitrary<A>,
  b: fc.Arbitrary<B>,
): fc.Arbitrary<A & B> {
  return fc.tuple(a, b).map(([left, right]) => ({ ...left, ...right }))
}

const event: fc.Arbitrary<RequestEvent> = both(
  fc.record({ type: fc.nat(), result: fc.nat(9) }),
  some({
    errorCode: fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }),
    nextVersion: text,
    previousVersion: text,
    reason: text,
  }),
)

const requestApp: fc.Arbitrary<RequestApp> = both(
  fc.record({ appId: text, version: text, events: fc.array(event, { maxLength: 3 }) }),
  some({
    track: text,
    board: text,
    machineId: text,
    bootId: text,
    machineAlias: text,
    oem: text,
    oemVersion: text,
    alephVersion: text,
    lang: text,
    hardwareClass: text,
    fromTrack: text,
    nextVersion: text,
    installAge: text,
    deltaOkay: flag,
    multiManifestOk: flag,
    ping: some({ active: flag, a: text, r: text }),
    updateCheck: some({ targetVersionPrefix: text }),
  }),
)

export const request: fc.Arbitrary<OmahaRequest> = both(
  fc.record({ protocol: text, apps: fc.array(requestApp, { maxLength: 3 }) }),
  some({
    version: text,
    updaterVersion: text,
    installSource: text,
    requestId: text,
    sessionId: text,
    userId: text,
    testSource: text,
    isMachine: flag,
    os: some({ platform: text, version: text, sp: text, arch: text }),
  }),
)

const manifest: fc.Arbitrary<ResponseManifest> = both(
  fc.record({
    version: text,
    packages: fc.array(
      both(fc.record({ name: text, sizeBytes: count }), some({ sha1: text, sha256: text, required: flag })),
      { maxLength: 3 },
    ),
    actions: fc.array(
      both(
        fc.record({ event: text }),
        some({
          sha256: text,
          disablePayloadBackoff: flag,
          isDeltaPayload: flag,
          needsAdmin: flag,
          maxFailureCountPerUrl: count,
          metadataSize: count,
          metadataSignatureRsa: text,
          displayVersion: text,
          deadline: text,
          moreInfo: text,
          prompt: text,
        }),
      ),
      { maxLength: 2 },
    ),
  }),
  some({ isFloor: flag, floorReason: text, isTarget: flag }),
)

const updateCheck = both(
  fc.record({
    status: text,
    urls: fc.array(text, { maxLength: 3 }),
    manifests: fc.array(manifest, { maxLength: 2 }),
  }),
  some({ pollIntervalSeconds: count }),
)

export const response: fc.Arbitrary<OmahaResponse> = both(
  fc.record({
    protocol: fc.constant('3.0'),
    server: text,
    apps: fc.array(
      both(
        fc.record({ appId: text, status: text, events: fc.array(text, { maxLength: 3 }) }),
        some({ ping: text, updateCheck }),
      ),
      { maxLength: 3 },
    ),
  }),
  some({ daystartSeconds: count }),
)
