import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AfloatError } from '@afloat/report'
import { FakeMachine, Killed } from './testing/fake-machine.ts'
import { type FakeRelease, makeFakeRelease, rootHashOf } from './testing/fake-release.ts'
import { sameBytes } from './testing/same-bytes.ts'

// One machine for each change of a file that an update makes, and the agent is killed right there.

const release = makeFakeRelease('1.1.0', { sizes: { usr: 300_000, verity: 70_000, uki: 90_000 } })
const mostRuns = 12

function machineWith(offer: FakeRelease): FakeMachine {
  const machine = new FakeMachine()
  machine.server.offer = { version: offer.manifest.version, bundle: offer.bundle }
  return machine
}

/** Runs the agent until it is killed; everything it tries to do after that is lost. */
function runKilledAt(machine: FakeMachine, change: number): boolean {
  const wasKilled = machine.killAt(change)
  try {
    machine.run()
  } catch (error) {
    if (!(error instanceof Killed)) throw error
  }
  machine.revive()
  return wasKilled()
}

/** Goes on as a machine does: a run now and then, and whatever was ordered happens. */
function settle(machine: FakeMachine): void {
  for (let turn = 0; turn < mostRuns; turn++) {
    const outcome = machine.run({ kind: 'update' })
    if (machine.nextLife()) continue
    if (outcome.outcome === 'nothing') return
  }
  assert.fail(`Not settled after ${mostRuns} runs: ${JSON.stringify(machine.record)}`)
}

function assertUpdated(machine: FakeMachine, point: string): void {
  assert.equal(machine.running.version, '1.1.0', point)
  assert.equal(machine.record.state.name, 'idle', point)
  assert.equal(machine.entry(rootHashOf('1.1.0'))?.triesLeft, undefined, `${point}: blessed`)
  const { slot } = machine.running
  assert.ok(sameBytes(machine.sys.readBytes(`/slots/${slot}.usr`), release.artefacts['usr']), point)
  assert.ok(sameBytes(machine.sys.readBytes(`/slots/${slot}.verity`), release.artefacts['verity']), point)
  const told = machine.server.events.map(({ type, result }) => `${type}/${result}`)
  assert.ok(told.includes('3/2'), `${point}: ${told}`)
  assert.ok(!told.includes('3/0'), `${point}: ${told}`)
}

function eachPoint(check: (change: number) => boolean): number {
  for (let change = 1; change < 1000; change++) if (!check(change)) return change - 1
  return assert.fail('An update has no end')
}

test('An update that is killed at any change of a file goes on with the next run', () => {
  const points = eachPoint((change) => {
    const machine = machineWith(release)
    const killed = runKilledAt(machine, change)
    machine.nextLife()
    settle(machine)
    assertUpdated(machine, `killed at change ${change}`)
    return killed
  })
  assert.ok(points > 60, `${points} points`)
})

test('An update whose machine loses power at any change of a file boots a whole release, and goes on', () => {
  eachPoint((change) => {
    const machine = machineWith(release)
    const killed = runKilledAt(machine, change)
    machine.powerCut()
    settle(machine)
    assertUpdated(machine, `cut at change ${change}`)
    return killed
  })
})

test('A run that finds out what became of an update can be killed at any change of a file', () => {
  for (const sick of [false, true]) {
    eachPoint((change) => {
      const machine = machineWith(release)
      if (sick) machine.sick.set('1.1.0', 'web.service is failed')
      machine.run()
      machine.nextLife()
      const killed = runKilledAt(machine, change)
      settle(machine)
      if (sick) {
        assert.equal(machine.running.version, '1.0.0')
        assert.deepEqual(
          machine.record.failed.map(({ version }) => version),
          ['1.1.0'],
        )
        assert.equal(machine.entry(rootHashOf('1.1.0')), undefined, 'nothing could start it')
        assert.ok(machine.server.events.some(({ errorCode }) => errorCode === 3001))
      } else {
        assertUpdated(machine, `killed at change ${change}`)
      }
      return killed
    })
  }
})

test('A second kill while an update goes on after the first one changes nothing', () => {
  for (let first = 1; first < 90; first += 7) {
    for (let second = 1; second < 60; second += 11) {
      const machine = machineWith(release)
      runKilledAt(machine, first)
      machine.nextLife()
      runKilledAt(machine, second)
      machine.nextLife()
      settle(machine)
      assertUpdated(machine, `killed at changes ${first} and ${second}`)
    }
  }
})

test('A rollback that is killed at any change of a file ends in one of the two releases', () => {
  eachPoint((change) => {
    const machine = machineWith(release)
    machine.run()
    machine.nextLife()
    machine.run()
    machine.server.offer = undefined
    const wasKilled = machine.killAt(change)
    try {
      machine.run({ kind: 'rollback' })
    } catch (error) {
      if (!(error instanceof Killed) && !(error instanceof AfloatError)) throw error
    }
    machine.revive()
    machine.nextLife()
    settle(machine)
    assert.equal(machine.record.state.name, 'idle')
    const { outcome } = machine.record.lastUpdate ?? {}
    assert.equal(outcome, 'good')
    if (machine.running.version === '1.0.0')
      assert.deepEqual(
        machine.record.failed.map(({ version }) => version),
        ['1.1.0'],
      )
    return wasKilled()
  })
})
