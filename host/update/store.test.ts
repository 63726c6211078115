import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../sys/fake-sys.ts'
import { places } from './places.ts'
import { newRecord, type State, type Target } from './record.ts'
import { loadRecord, parseRecord, saveRecord } from './store.ts'

const target: Target = { version: '1.1.0', rootHash: 'b', from: { version: '1.0.0', rootHash: 'a' } }

const states: readonly State[] = [
  { name: 'idle' },
  { name: 'writing', target, framesDone: 3, cleared: true },
  { name: 'sealed', target },
  { name: 'staged', target, attempts: 1 },
  { name: 'acting', target, attempts: 1, action: 'soft-reboot', bootId: 'x', softReboots: 2 },
]

test('loadRecord() gives back what saveRecord() wrote, in every state', () => {
  for (const state of states) {
    const sys = new FakeSys()
    const record = { ...newRecord('1.0.0', 5), state, outbox: [{ type: 13, result: 1 }] }
    saveRecord(sys, record)
    assert.deepEqual(loadRecord(sys, '9.9.9'), record)
  }
})

test('loadRecord() begins anew without a record, and puts one aside that it cannot read', () => {
  const sys = new FakeSys()
  assert.deepEqual(loadRecord(sys, '1.0.0'), newRecord('1.0.0', sys.nowMs()))
  sys.addFile(places.record, '{"state":')
  assert.equal(loadRecord(sys, '1.0.0').state.name, 'idle')
  assert.equal(sys.readText(`${places.record}.broken`), '{"state":')
  assert.equal(sys.exists(places.record), false)
})

test('parseRecord() takes nothing for a record that the agent could stumble over', () => {
  const sys = new FakeSys()
  saveRecord(sys, { ...newRecord('1.0.0', 5), state: states[4]! })
  const good = JSON.parse(sys.readText(places.record)!)
  assert.notEqual(parseRecord(JSON.stringify(good)), undefined)
  const without = (change: object) => JSON.stringify({ ...good, ...change })
  const bad = [
    'null',
    '[]',
    without({ apiVersion: 'afloat/v2' }),
    without({ kind: 'Other' }),
    without({ state: { ...good.state, name: 'flying' } }),
    without({ state: { ...good.state, name: 'constructor' } }),
    without({ state: { ...good.state, attempts: undefined } }),
    without({ state: { ...good.state, target: null } }),
    without({ state: { ...good.state, target: { ...target, rootHash: '' } } }),
    without({ state: { ...good.state, target: { ...target, from: undefined } } }),
    without({ outbox: {} }),
    without({ failed: null }),
    without({ check: {} }),
    without({ firstVersion: 1 }),
  ]
  for (const text of bad) assert.equal(parseRecord(text), undefined, text)
})
