import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AfloatError } from '@afloat/report'
import { newRecord, type StateName, type Target, type UpdateRecord } from './record.ts'
import * as transitions from './transitions.ts'

const at = { nowMs: 1000 }
const target: Target = { version: '1.1.0', rootHash: 'b', from: { version: '1.0.0', rootHash: 'a' } }
const error = new AfloatError('update/came-back', 'It came back')
const order = { action: 'reboot', bootId: 'x', softReboots: 0 } as const

const idle = newRecord('1.0.0', 0)
const writing = transitions.clear(transitions.begin(idle, target, at), at)
const sealed = transitions.seal(writing, at)
const staged = transitions.stage(sealed, at)
const acting = transitions.act(staged, order, at)
const records: readonly UpdateRecord[] = [idle, writing, sealed, staged, acting]

const moves: readonly [string, readonly StateName[], StateName, (record: UpdateRecord) => UpdateRecord][] = [
  ['begin', ['idle', 'writing'], 'writing', (record) => transitions.begin(record, target, at)],
  ['clear', ['writing'], 'writing', (record) => transitions.clear(record, at)],
  ['progress', ['writing'], 'writing', (record) => transitions.progress(record, 2)],
  ['rewind', ['writing'], 'writing', (record) => transitions.rewind(record, 0)],
  ['seal', ['writing'], 'sealed', (record) => transitions.seal(record, at)],
  ['abandon', ['writing', 'sealed'], 'idle', (record) => transitions.abandon(record, at)],
  ['stage', ['sealed'], 'staged', (record) => transitions.stage(record, at)],
  ['stageRollback', ['idle'], 'staged', (record) => transitions.stageRollback(record, target, at)],
  ['act', ['staged'], 'acting', (record) => transitions.act(record, order, at)],
  ['stay', ['acting'], 'staged', (record) => transitions.stay(record, at)],
  ['restage', ['staged', 'acting'], 'sealed', (record) => transitions.restage(record, at)],
  ['succeed', ['staged', 'acting'], 'idle', (record) => transitions.succeed(record, at)],
  ['fail', ['staged', 'acting'], 'idle', (record) => transitions.fail(record, error, at)],
]

for (const [name, from, to, move] of moves) {
  test(`${name}() leads from ${from.join(' or ')} to ${to}, and from nowhere else`, () => {
    for (const record of records) {
      if (from.includes(record.state.name)) assert.equal(move(record).state.name, to)
      else assert.throws(() => move(record), new RegExp(`Cannot ${name} while ${record.state.name}`))
    }
  })
}

test('progress() never goes back, and forgets failures', () => {
  const later = transitions.progress({ ...writing, check: { failures: 4 } }, 5)
  assert.equal(later.check.failures, 0)
  assert.throws(() => transitions.progress(later, 4), /fewer/)
  assert.deepEqual(transitions.rewind(later, 9).state, later.state)
})

test('Events and failed versions are kept within bounds', () => {
  let record = acting
  for (let i = 0; i < 50; i++) {
    const one = { ...acting.state, target: { ...target, version: `1.1.${i}` } } as UpdateRecord['state']
    record = transitions.fail({ ...record, state: one }, error, at)
  }
  assert.equal(record.outbox.length, 20)
  assert.equal(record.failed.length, 20)
  assert.equal(record.failed.at(-1)?.version, '1.1.49')
  assert.deepEqual(
    transitions.acknowledge(record, record.outbox.slice(0, 19)).outbox,
    record.outbox.slice(19),
  )
})

test('fail() keeps a rollback from making the older version a failed one', () => {
  const back = transitions.stageRollback(idle, { ...target, rollback: true }, at)
  assert.deepEqual(transitions.fail(back, error, at).failed, [])
  assert.deepEqual(
    transitions.succeed(back, at).failed.map(({ version }) => version),
    ['1.0.0'],
  )
})
