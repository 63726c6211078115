import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeMachine } from './testing/fake-machine.ts'
import { makeFakeRelease } from './testing/fake-release.ts'
import { sameBytes } from './testing/same-bytes.ts'

test('runUpdate() goes from the offer to the new release, and tells the server each step', () => {
  const machine = new FakeMachine()
  const release = makeFakeRelease('1.1.0')
  machine.server.offer = { version: '1.1.0', bundle: release.bundle }
  const outcome = machine.run()
  assert.equal(outcome.outcome, 'switching', JSON.stringify(outcome.error))
  assert.equal(outcome.plan?.action, 'soft-reboot')
  assert.ok(sameBytes(machine.sys.readBytes('/slots/b.usr'), release.artefacts['usr']))
  assert.ok(sameBytes(machine.sys.readBytes('/slots/b.verity'), release.artefacts['verity']))
  assert.equal(machine.nextLife(), true)
  assert.equal(machine.run().outcome, 'nothing')
  assert.equal(machine.record.state.name, 'idle')
  assert.equal(machine.record.lastUpdate?.outcome, 'good')
  assert.deepEqual(
    machine.server.events.map(({ type, result, from, previousVersion }) => [
      type,
      result,
      from,
      previousVersion,
    ]),
    [
      [13, 1, '1.0.0', undefined],
      [14, 1, '1.0.0', undefined],
      [3, 1, '1.0.0', undefined],
      [800, 1, '1.0.0', undefined],
      [3, 2, '1.1.0', '1.0.0'],
    ],
  )
})
