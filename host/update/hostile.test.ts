import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeMachine } from './testing/fake-machine.ts'
import { concat, type FakeReleaseOptions, makeFakeRelease } from './testing/fake-release.ts'
import type { FakeServer, Misbehaviour } from './testing/fake-server.ts'
import { sameBytes } from './testing/same-bytes.ts'

const sizes = { usr: 300_000, verity: 70_000, uki: 90_000 }

type Case = {
  name: string
  release?: FakeReleaseOptions
  version?: string
  prepare?: (server: FakeServer, machine: FakeMachine) => void
  misbehave?: Misbehaviour
  config?: Record<string, unknown>
  code: string
  /** As told to the server; undefined when it is not told. */
  errorCode?: number
}

const otherKey = new Uint8Array(32).fill(9)

const cases: readonly Case[] = [
  { name: 'no key on the machine', config: { publicKeys: [] }, code: 'update/no-keys', errorCode: 18 },
  { name: 'a key that is not known', release: { key: otherKey }, code: 'release/wrong-key', errorCode: 18 },
  { name: 'no signature', release: { unsigned: true }, code: 'release/unsigned', errorCode: 22 },
  {
    name: 'a manifest that was changed',
    prepare: (server) => {
      const { bundle } = server.offer!
      bundle[bundle.findIndex((byte, at) => at > 64 && byte === 0x71)] = 0x51
    },
    code: 'release/bad-signature',
    errorCode: 26,
  },
  {
    name: 'an older version under a newer name',
    version: '1.5.0',
    release: {},
    prepare: (server) => {
      server.offer = { version: '1.5.0', bundle: makeFakeRelease('0.9.0', { sizes }).bundle }
    },
    code: 'update/offer-differs',
    errorCode: 12,
  },
  {
    name: 'an older version',
    prepare: (server) => {
      server.offer = { version: '0.9.0', bundle: makeFakeRelease('0.9.0', { sizes }).bundle }
    },
    code: 'update/plan-refused',
    errorCode: 3007,
  },
  {
    name: 'a version that needs another one first',
    release: { change: (manifest) => ({ ...manifest, minimumVersion: '1.0.5' }) },
    code: 'update/plan-refused',
    errorCode: 3008,
  },
  {
    name: 'a size that is not that of the bundle',
    prepare: (server) => {
      server.offer = { ...server.offer!, sizeBytes: server.offer!.bundle.length + 10 }
    },
    misbehave: ({ headers }) => ({
      headers: headers.map((line) => line.replace(/\d+$/, (n) => String(Number(n) + 10))),
    }),
    code: 'update/offer-differs',
    errorCode: 12,
  },
  {
    name: 'a version that is none',
    prepare: (server) => {
      server.offer = { ...server.offer!, version: '../../etc' }
    },
    code: 'update/bad-offer',
  },
  {
    name: 'a head that is not that of a bundle',
    misbehave: ({ body }) => ({ body: concat([new Uint8Array(32).fill(65), body]) }),
    code: 'release/not-a-bundle',
    errorCode: 21,
  },
  {
    name: 'a frame that is not what was signed',
    misbehave: ({ body, headers }) =>
      headers[0]?.startsWith('Content-Range: bytes 0-')
        ? {}
        : { body: body.map((byte, at) => (at === 0 ? byte ^ 1 : byte)) },
    code: 'update/frame-damaged',
    errorCode: 10,
  },
  {
    name: 'another part than was asked for',
    misbehave: ({ headers }) => ({ headers: headers.map((line) => line.replace(/bytes \d+/, 'bytes 7')) }),
    code: 'update/bad-range',
    errorCode: 9,
  },
  {
    name: 'a stalled transfer',
    misbehave: () => ({ body: new Uint8Array(3), code: 28 }),
    code: 'update/stalled',
    errorCode: 3009,
  },
  {
    name: 'too many redirects',
    misbehave: () => ({ body: new Uint8Array(), code: 47 }),
    code: 'update/redirects',
    errorCode: 9,
  },
  {
    name: 'HTTP 503',
    misbehave: () => ({ status: 503, body: new Uint8Array(), code: 22 }),
    code: 'update/http-status',
    errorCode: 2503,
  },
  { name: 'no connection', prepare: (server) => (server.down = 7), code: 'update/unreachable' },
  {
    name: 'an answer that is no XML',
    prepare: (server) => (server.answer = 'hello'),
    code: 'omaha/malformed-xml',
  },
  {
    name: 'an answer with entities',
    prepare: (server) => (server.answer = '<!DOCTYPE r [<!ENTITY a "b">]><response protocol="3.0"/>'),
    code: 'omaha/doctype',
  },
  {
    name: 'an endless answer',
    prepare: (server) => (server.answer = ' '.repeat(1024 * 1024 + 1)),
    code: 'update/too-large',
  },
  {
    name: 'a slot in use',
    prepare: (_, machine) => machine.sys.addFile('/slot-in-use', ''),
    code: 'slots/in-use',
    errorCode: 7,
  },
  {
    name: 'a slot that is too small',
    prepare: (_, { room }) => (room.usrBytes = 1000),
    code: 'update/slot-too-small',
    errorCode: 11,
  },
  {
    name: 'a full ESP',
    prepare: (_, { room }) => (room.espBytes = 1000),
    code: 'update/esp-full',
    errorCode: 3004,
  },
  {
    name: 'a full /var',
    prepare: (_, { room }) => (room.freeBytes = 1000),
    code: 'update/disk-full',
    errorCode: 14,
  },
  {
    name: 'a policy that allows only a soft reboot, and another kernel',
    config: { strategy: 'soft-required' },
    release: { kernel: 'k2' },
    code: 'update/plan-refused',
    errorCode: 3005,
  },
]

for (const {
  name,
  release = {},
  version = '1.1.0',
  prepare,
  misbehave,
  config = {},
  code,
  errorCode,
} of cases) {
  test(`runUpdate() refuses ${name}, and changes nothing that could boot`, () => {
    const machine = new FakeMachine('1.0.0', config)
    machine.server.offer = { version, bundle: makeFakeRelease(version, { sizes, ...release }).bundle }
    prepare?.(machine.server, machine)
    machine.server.misbehave = misbehave
    const outcome = machine.run()
    assert.equal(outcome.outcome, 'failed')
    assert.equal(outcome.error?.code, code, outcome.error?.message)
    assert.ok(
      (outcome.error?.hint ?? '') !== '' || code.startsWith('omaha/') || code === 'slots/in-use',
      'it has a remedy',
    )
    assert.deepEqual(
      machine.entries().map((entry) => entry.version),
      ['1.0.0'],
    )
    assert.equal(machine.sys.readText('/slots/b'), 'nothing')
    const { check, lastError } = machine.record
    assert.equal(lastError?.code, code)
    assert.ok((check.nextMs ?? 0) > machine.sys.nowMs(), 'it waits before the next attempt')
    const told = machine.server.events.filter(({ type, result }) => type === 3 && result === 0)
    assert.deepEqual(
      told.map((event) => event.errorCode),
      errorCode === undefined ? [] : [errorCode],
    )
  })
}

test('runUpdate() tells the server once about a failure that repeats, and waits longer each time', () => {
  const machine = new FakeMachine()
  machine.server.offer = {
    version: '1.1.0',
    bundle: makeFakeRelease('1.1.0', { sizes, key: otherKey }).bundle,
  }
  const pauses = [1, 2, 3, 4].map(() => {
    machine.run({ kind: 'update' })
    return (machine.record.check.nextMs ?? 0) - machine.sys.nowMs()
  })
  assert.ok(pauses[3]! > pauses[0]! * 4, String(pauses))
  assert.equal(machine.server.events.length, 1)
})

test('runUpdate() goes on where a download was cut, and finishes it from there', () => {
  const big = makeFakeRelease('1.1.0', {
    sizes: { usr: 9 * 4 * 1024 * 1024 + 5, verity: 70_000, uki: 90_000 },
  })
  const machine = new FakeMachine()
  machine.server.offer = { version: '1.1.0', bundle: big.bundle }
  let requests = 0
  machine.server.misbehave = ({ body, headers }) => {
    if (headers[0]?.startsWith('Content-Range: bytes 0-')) return {}
    requests++
    if (requests < 4) return {}
    return requests === 4 ? { body: body.slice(0, 100_000), code: 18 } : { body: new Uint8Array(), code: 7 }
  }
  assert.equal(machine.run().error?.code, 'update/unreachable')
  const { state } = machine.record
  assert.equal(state.name === 'writing' && state.framesDone, 3, 'three frames of four megabytes')
  machine.powerCut()
  machine.server.misbehave = undefined
  const before = machine.server.ranges.length
  assert.equal(machine.run({ kind: 'update' }).outcome, 'switching')
  const [head, rest] = machine.server.ranges.slice(before)
  assert.equal(head, '0-')
  assert.ok(Number.parseInt(rest!, 10) > 12 * 1024 * 1024, rest)
  assert.ok(sameBytes(machine.sys.readBytes('/slots/b.usr'), big.artefacts['usr']))
})

test('runUpdate() takes the whole bundle from a server that knows no ranges', () => {
  const release = makeFakeRelease('1.1.0', { sizes })
  const machine = new FakeMachine()
  machine.server.offer = { version: '1.1.0', bundle: release.bundle }
  machine.server.misbehave = () => ({ status: 200, headers: [], body: release.bundle })
  assert.equal(machine.run().outcome, 'switching')
  assert.ok(sameBytes(machine.sys.readBytes('/slots/b.usr'), release.artefacts['usr']))
})

test('runUpdate() reads no more of an endless body than was signed', () => {
  const release = makeFakeRelease('1.1.0', { sizes })
  const machine = new FakeMachine()
  machine.server.offer = { version: '1.1.0', bundle: release.bundle }
  machine.server.misbehave = ({ body }) => ({ body: concat([body, new Uint8Array(2_000_000).fill(1)]) })
  assert.equal(machine.run().outcome, 'switching')
  assert.ok(sameBytes(machine.sys.readBytes('/slots/b.usr'), release.artefacts['usr']))
})

test('runUpdate() begins anew when another release is offered meanwhile', () => {
  const machine = new FakeMachine()
  machine.server.offer = { version: '1.1.0', bundle: makeFakeRelease('1.1.0', { sizes }).bundle }
  machine.server.misbehave = ({ headers }) =>
    headers[0]?.includes('bytes 0-') ? {} : { body: new Uint8Array(), code: 7 }
  machine.run()
  assert.equal(machine.record.state.name, 'writing')
  const newer = makeFakeRelease('1.1.1', { sizes })
  machine.server.offer = { version: '1.1.1', bundle: newer.bundle }
  machine.server.misbehave = undefined
  assert.equal(machine.run({ kind: 'update' }).version, '1.1.1')
  assert.ok(sameBytes(machine.sys.readBytes('/slots/b.usr'), newer.artefacts['usr']))
})

test('runUpdate() gives up what it was writing when that is offered no more', () => {
  const machine = new FakeMachine()
  machine.server.offer = { version: '1.1.0', bundle: makeFakeRelease('1.1.0', { sizes }).bundle }
  machine.server.misbehave = ({ headers }) =>
    headers[0]?.includes('bytes 0-') ? {} : { body: new Uint8Array(), code: 7 }
  machine.run()
  machine.server.offer = undefined
  assert.equal(machine.run({ kind: 'update' }).outcome, 'nothing')
  assert.equal(machine.record.state.name, 'idle')
})

test('runUpdate() asks when it is time, and when the server wants to be asked', () => {
  const machine = new FakeMachine()
  machine.server.pollIntervalSeconds = 600
  machine.run()
  machine.run()
  assert.equal(machine.server.checks, 1)
  machine.sys.sleepMs(599_000)
  machine.run()
  assert.equal(machine.server.checks, 2)
  assert.equal(machine.run({ kind: 'check' }).outcome, 'nothing')
  assert.equal(machine.server.checks, 3, 'a person is not made to wait')
})

test('runUpdate() installs nothing by itself when the configuration says so', () => {
  const machine = new FakeMachine('1.0.0', { automatic: false })
  machine.server.offer = { version: '1.1.0', bundle: makeFakeRelease('1.1.0', { sizes }).bundle }
  assert.equal(machine.run().outcome, 'nothing')
  assert.equal(machine.server.checks, 0)
  assert.deepEqual(machine.run({ kind: 'check' }), { outcome: 'available', version: '1.1.0' })
  const planned = machine.run({ kind: 'plan' })
  assert.deepEqual([planned.outcome, planned.plan?.action], ['planned', 'soft-reboot'])
  assert.equal(machine.record.state.name, 'idle')
  assert.equal(machine.run({ kind: 'update' }).outcome, 'switching')
})
