import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../../sys/fake-sys.ts'
import { encodeUtf8 } from '../../sys/utf8.ts'
import { places } from '../places.ts'
import { answerRequest, readRequest, type UpdateAnswer } from '../request.ts'
import { interfaceDescription, interfaceName } from './interface.ts'
import { serve } from './serve.ts'

/** A machine whose agent answers at once. */
function machine(answer: Omit<UpdateAnswer, 'id'>): FakeSys {
  const sys = new FakeSys()
  sys.addProgram('systemctl', ([verb]) => {
    if (verb === 'is-active') return { code: 3, stdout: 'inactive\n' }
    const request = readRequest(sys)
    sys.addFile(places.progress, '{"step":"write","version":"1.1.0","bytesDone":1,"bytesTotal":2,"atMs":5}')
    // The caller looks once more before the answer is there.
    const sleepMs = sys.sleepMs.bind(sys)
    sys.sleepMs = (durationMs) => {
      sleepMs(durationMs)
      if (request !== undefined) answerRequest(sys, request, answer)
    }
    return {}
  })
  return sys
}

function call(sys: FakeSys, ...calls: object[]): unknown[] {
  const bytes = encodeUtf8(calls.map((one) => `${JSON.stringify(one)}\0`).join(''))
  // In two pieces, as a socket may give it.
  sys.inputs.push(bytes.slice(0, 7), bytes.slice(7))
  assert.equal(serve(sys), 0)
  return sys.output
    .split('\0')
    .slice(0, -1)
    .map((text) => JSON.parse(text))
}

test('serve() says what it is', () => {
  const [info, description, other] = call(
    new FakeSys(),
    { method: 'org.varlink.service.GetInfo' },
    { method: 'org.varlink.service.GetInterfaceDescription', parameters: { interface: interfaceName } },
    { method: 'org.varlink.service.GetInterfaceDescription', parameters: { interface: 'x.y' } },
  ) as [{ parameters: { interfaces: string[] } }, unknown, { error: string }]
  assert.deepEqual(info.parameters.interfaces, ['org.varlink.service', interfaceName])
  assert.deepEqual(description, { parameters: { description: interfaceDescription } })
  assert.equal(other.error, 'org.varlink.service.InterfaceNotFound')
})

test('serve() tells progress only to who asks for more', () => {
  const answer = { outcome: 'switching', version: '1.1.0' } as const
  const update = { method: `${interfaceName}.Update` }
  assert.deepEqual(call(machine(answer), update), [{ parameters: answer }])
  const progress = { step: 'write', version: '1.1.0', bytesDone: 1, bytesTotal: 2, atMs: 5 }
  assert.deepEqual(call(machine(answer), { ...update, more: true }), [
    { parameters: { outcome: 'progress', progress }, continues: true },
    { parameters: answer },
  ])
})

test('serve() answers with the reason and the remedy of a failure', () => {
  const error = { code: 'update/no-keys', message: 'No key', hint: 'Add one', atMs: 1 }
  assert.deepEqual(call(machine({ outcome: 'failed', error }), { method: `${interfaceName}.Check` }), [
    {
      error: `${interfaceName}.Failed`,
      parameters: { code: 'update/no-keys', message: 'No key', hint: 'Add one' },
    },
  ])
})

test('serve() refuses what it does not know, and ends at what is no call', () => {
  const replies = call(
    new FakeSys(),
    { method: `${interfaceName}.Format` },
    { method: 'Status' },
    { method: `${interfaceName}.Update`, parameters: { retry: 'yes' } },
    { nothing: true },
    { method: 'org.varlink.service.GetInfo' },
  ) as { error: string }[]
  assert.deepEqual(
    replies.map(({ error }) => error),
    [
      'org.varlink.service.MethodNotFound',
      'org.varlink.service.MethodNotFound',
      'org.varlink.service.InvalidParameter',
    ],
  )
})

test('serve() says nothing to a call that wants no reply', () => {
  assert.deepEqual(call(new FakeSys(), { method: 'org.varlink.service.GetInfo', oneway: true }), [])
})

test('serve() ends when the call is longer than any call', () => {
  const sys = new FakeSys()
  for (let i = 0; i < 40; i++) sys.inputs.push(new Uint8Array(4096).fill(0x20))
  assert.equal(serve(sys), 0)
  assert.ok(sys.inputs.length > 10, 'it has stopped reading')
})
