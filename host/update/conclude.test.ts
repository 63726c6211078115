import assert from 'node:assert/strict'
import { test } from 'node:test'
import { updateCommand } from './command.ts'
import { FakeMachine } from './testing/fake-machine.ts'
import { makeFakeRelease, rootHashOf } from './testing/fake-release.ts'

const sizes = { usr: 300_000, verity: 70_000, uki: 90_000 }

function machineOffered(version: string, options: { kernel?: string; config?: object } = {}): FakeMachine {
  const machine = new FakeMachine('1.0.0', { ...options.config })
  offer(machine, version, options.kernel)
  return machine
}

function offer(machine: FakeMachine, version: string, kernel?: string): void {
  const { bundle } = makeFakeRelease(version, { sizes, ...(kernel === undefined ? {} : { kernel }) })
  if (kernel !== undefined) machine.setKernel(version, kernel)
  machine.server.offer = { version, bundle }
}

function errorCodes(machine: FakeMachine): (number | undefined)[] {
  return machine.server.events
    .filter(({ type, result }) => type === 3 && result === 0)
    .map((event) => event.errorCode)
}

test('A release that fails its health check is reported, and not tried again until a newer one comes', () => {
  const machine = machineOffered('1.1.0')
  machine.sick.set('1.1.0', 'http://127.0.0.1/ of web.service does not answer well: status 500')
  machine.run()
  machine.nextLife()
  assert.equal(machine.running.version, '1.0.0')
  const outcome = machine.run()
  assert.equal(outcome.outcome, 'nothing')
  assert.equal(outcome.error?.code, 'update/failed-before')
  assert.deepEqual(errorCodes(machine), [3001])
  assert.match(machine.server.events.at(-1)?.reason ?? '', /status 500/)
  assert.equal(machine.entry(rootHashOf('1.1.0')), undefined)

  const ranges = machine.server.ranges.length
  machine.run({ kind: 'update' })
  assert.equal(machine.server.ranges.length, ranges, 'nothing of it is fetched')

  offer(machine, '1.1.1')
  assert.equal(machine.run({ kind: 'update' }).outcome, 'switching')
  machine.nextLife()
  machine.run()
  assert.equal(machine.running.version, '1.1.1')
})

test('A person can have a version tried again that has failed', () => {
  const machine = machineOffered('1.1.0')
  machine.sick.set('1.1.0', 'no answer')
  machine.run()
  machine.nextLife()
  machine.run()
  machine.sick.clear()
  assert.equal(machine.run({ kind: 'update', retry: true }).outcome, 'switching')
  machine.nextLife()
  machine.run()
  assert.equal(machine.running.version, '1.1.0')
  assert.deepEqual(machine.record.failed, [])
})

test('A release with another kernel that does not come up is known to have come back by boot counting', () => {
  const machine = machineOffered('1.1.0', { kernel: 'k2' })
  machine.dead.add('1.1.0')
  const outcome = machine.run()
  assert.equal(outcome.plan?.action, 'reboot')
  machine.nextLife()
  assert.equal(machine.running.version, '1.0.0')
  machine.run()
  assert.deepEqual(errorCodes(machine), [44])
  assert.match(machine.record.lastUpdate?.reason ?? '', /came back by boot counting/)
})

test('A switch that does not happen is ordered again, three times at most', () => {
  const machine = machineOffered('1.1.0')
  machine.run()
  assert.equal(machine.record.state.name, 'acting')
  const outcomes = [1, 2, 3].map(() => machine.run({ kind: 'update' }).outcome)
  assert.deepEqual(outcomes, ['switching', 'switching', 'nothing'])
  assert.match(machine.record.lastUpdate?.reason ?? '', /ordered 3 times and did not happen/)
  assert.equal(machine.entry(rootHashOf('1.1.0')), undefined)
})

test('A switch that cannot be ordered leaves the release staged, and gives it up the third time', () => {
  const machine = machineOffered('1.1.0')
  machine.actError = new Error('its /usr has no systemd')
  const outcomes = [1, 2, 3].map(() => [machine.run({ kind: 'update' }).outcome, machine.record.state.name])
  assert.deepEqual(outcomes, [
    ['failed', 'staged'],
    ['failed', 'staged'],
    ['failed', 'idle'],
  ])
  assert.equal(machine.record.lastError?.code, 'update/act-failed')
  assert.deepEqual(
    machine.record.failed.map(({ version }) => version),
    ['1.1.0'],
  )
})

test('A staged release that a power cut has started counts as updated once it is good', () => {
  const machine = machineOffered('1.1.0')
  machine.actError = new Error('not now')
  machine.run()
  machine.actError = undefined
  machine.powerCut()
  assert.equal(machine.running.version, '1.1.0')
  machine.run({ kind: 'check' })
  assert.equal(machine.record.lastUpdate?.outcome, 'good')
  assert.deepEqual(machine.server.events.at(-1)?.previousVersion, '1.0.0')
})

/** The health gate was cut short before it came to a verdict about 1.1.0. */
function loseVerdict(machine: FakeMachine): void {
  machine.host.forgetTrial()
  machine.sys.writeFile(
    '/esp/1.1.0',
    JSON.stringify({ version: '1.1.0', rootHash: rootHashOf('1.1.0'), triesLeft: 2, triesDone: 1 }),
  )
}

test('A release that runs without a verdict is waited for', () => {
  const machine = machineOffered('1.1.0')
  machine.run()
  machine.nextLife()
  loseVerdict(machine)
  assert.deepEqual(machine.run({ kind: 'update' }), { outcome: 'waiting', version: '1.1.0' })
  assert.equal(machine.gateStarts, 1)
  machine.run()
  assert.equal(machine.record.lastUpdate?.outcome, 'good')
})

test('Rolling back goes to the release in the other slot, and does not come back by itself', () => {
  const machine = machineOffered('1.1.0')
  machine.run()
  machine.nextLife()
  machine.run()
  const outcome = machine.run({ kind: 'rollback' })
  assert.equal(outcome.outcome, 'switching', JSON.stringify(outcome.error))
  machine.nextLife()
  assert.equal(machine.run().outcome, 'nothing')
  assert.equal(machine.running.version, '1.0.0')
  assert.deepEqual(errorCodes(machine), [44])
  assert.equal(machine.run({ kind: 'update' }).error?.code, 'update/failed-before')
})

test('Rolling back is refused while there is nothing to go back to', () => {
  const machine = new FakeMachine()
  assert.equal(machine.run({ kind: 'rollback' }).error?.code, 'update/no-other-release')
  assert.equal(machine.record.state.name, 'idle')
})

test('A request that the switch left unanswered is done, and is not carried out once more', () => {
  const machine = machineOffered('1.1.0')
  machine.run()
  machine.nextLife()
  machine.run()
  const asked = { id: `${machine.sys.nowMs()}-0`, kind: 'rollback' } as const
  machine.sys.sleepMs(3000)
  assert.equal(machine.run(asked).outcome, 'switching')
  machine.nextLife()
  assert.equal(machine.running.version, '1.0.0')
  assert.deepEqual(machine.run(asked), { outcome: 'nothing' })
  assert.equal(machine.nextLife(), false, 'no switch was ordered')
  assert.equal(machine.record.lastUpdate?.to, '1.0.0')

  machine.sys.sleepMs(3000)
  assert.equal(machine.run({ kind: 'rollback' }).outcome, 'switching', 'a new one is')
})

test('A request to which nothing has come of its switch yet goes on', () => {
  const machine = machineOffered('1.1.0')
  const asked = { id: `${machine.sys.nowMs()}-0`, kind: 'update' } as const
  machine.sys.sleepMs(3000)
  assert.equal(machine.run(asked).outcome, 'switching')
  assert.equal(machine.run(asked).outcome, 'switching', 'ordered again in the same life')
})

test('A verdict that comes while a run ends is found two minutes later, whoever was to say so', () => {
  const machine = machineOffered('1.1.0')
  machine.run()
  machine.nextLife()
  loseVerdict(machine)
  assert.equal(updateCommand(machine.sys, machine.host, ['run']), 0)
  assert.equal(machine.record.state.name, 'acting')
  const scheduled = machine.sys.commands.findLast((command) => command.startsWith('systemd-run'))
  assert.match(scheduled ?? '', /--on-active=120s .*systemctl start --no-block afloat-update\.service$/)
  updateCommand(machine.sys, machine.host, ['run'])
  assert.equal(machine.record.lastUpdate?.outcome, 'good')
})
