import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../sys/fake-sys.ts'
import { readConfig } from './config.ts'
import { nextOpening } from './next-opening.ts'
import { places } from './places.ts'
import { newRecord } from './record.ts'
import { scheduleNext } from './schedule.ts'
import { FakeMachine } from './testing/fake-machine.ts'
import { makeFakeRelease, rootHashOf } from './testing/fake-release.ts'

const hourMs = 3_600_000

/** A machine on Thursday, 1 January 2026, at midnight, that may act on Saturdays from four to six. */
function machineOffered(version: string, config: Record<string, unknown> = {}): FakeMachine {
  const windows = [{ start: 'Sat 04:00', durationSec: 7200, timezone: 'UTC' }]
  const machine = new FakeMachine('1.0.0', { windows, ...config })
  offer(machine, version)
  return machine
}

function offer(machine: FakeMachine, version: string): void {
  machine.server.offer = { version, bundle: makeFakeRelease(version).bundle }
}

const opensAt = '2026-01-03T04:00:00.000Z'

test('A machine fetches a release at any time, and switches to it only while a window is open', () => {
  const machine = machineOffered('1.1.0')
  assert.deepEqual(machine.run(), { outcome: 'available', version: '1.1.0', opensAt })
  assert.equal(machine.record.state.name, 'sealed')
  assert.equal(machine.entry(rootHashOf('1.1.0')), undefined, 'nothing would start it')
  assert.equal(machine.nextLife(), false)

  machine.sys.sleepMs(52 * hourMs - 1000)
  assert.equal(machine.run().outcome, 'available')
  machine.sys.sleepMs(1000)
  assert.equal(machine.run().outcome, 'switching')
  machine.nextLife()
  machine.run()
  assert.equal(machine.running.version, '1.1.0')
})

test('A power cut outside of every window starts the release that ran', () => {
  const machine = machineOffered('1.1.0')
  machine.run()
  machine.powerCut()
  assert.equal(machine.running.version, '1.0.0')
  assert.equal(machine.record.state.name, 'sealed')
  machine.sys.sleepMs(53 * hourMs)
  assert.equal(machine.run().outcome, 'switching')
})

test('A person does not wait for a window', () => {
  const machine = machineOffered('1.1.0')
  machine.run()
  const planned = machine.run({ kind: 'plan' })
  assert.deepEqual(
    [planned.outcome, planned.plan?.action, planned.opensAt],
    ['available', 'soft-reboot', opensAt],
  )
  assert.equal(machine.run({ kind: 'update' }).outcome, 'switching')
  machine.nextLife()
  machine.run()
  assert.equal(machine.run({ kind: 'rollback' }).outcome, 'switching')
})

test('A plan names no window to a machine that does nothing by itself, or may right now', () => {
  const manual = machineOffered('1.1.0', { automatic: false })
  assert.equal(manual.run({ kind: 'plan' }).opensAt, undefined)
  const open = machineOffered('1.1.0', { windows: [{ start: 'Thu 00:00', durationSec: 3600 }] })
  assert.equal(open.run({ kind: 'plan' }).opensAt, undefined)
  assert.equal(open.run({ kind: 'update' }).outcome, 'switching')
})

test('A release that waits gives way to a newer one', () => {
  const machine = machineOffered('1.1.0')
  machine.run()
  offer(machine, '1.1.1')
  machine.sys.sleepMs(hourMs)
  assert.deepEqual(machine.run(), { outcome: 'available', version: '1.1.1', opensAt })
  assert.equal(machine.record.state.name, 'sealed')
  machine.sys.sleepMs(52 * hourMs)
  machine.run()
  machine.nextLife()
  machine.run()
  assert.equal(machine.running.version, '1.1.1')
})

test('A release that waits is given up when the server takes it back', () => {
  const machine = machineOffered('1.1.0')
  machine.run()
  machine.server.offer = undefined
  machine.sys.sleepMs(hourMs)
  assert.deepEqual(machine.run(), { outcome: 'nothing' })
  assert.equal(machine.record.state.name, 'idle')
  machine.sys.sleepMs(53 * hourMs)
  assert.equal(machine.run().outcome, 'nothing')
  assert.equal(machine.running.version, '1.0.0')
})

test('A release that waits is fetched once, and keeps its window though the server is gone', () => {
  const machine = machineOffered('1.1.0')
  machine.run()
  const ranges = machine.server.ranges.length
  machine.sys.sleepMs(hourMs)
  assert.equal(machine.run().opensAt, opensAt)
  const asked = machine.server.ranges.slice(ranges)
  assert.ok(asked.length <= 1, `only the head is looked at: ${JSON.stringify(asked)}`)

  machine.sys.addProgram('curl', () => ({ code: 7, stderr: 'Connection refused' }))
  machine.sys.sleepMs(hourMs)
  assert.equal(machine.run().opensAt, opensAt)
  assert.equal(machine.record.lastError?.code, 'update/unreachable')
  machine.sys.sleepMs(50 * hourMs)
  assert.equal(machine.run().outcome, 'switching')
})

test('A run that is killed at any change of a file switches in the window, and never before it', () => {
  for (let change = 1; ; change += 3) {
    const machine = machineOffered('1.1.0')
    const wasKilled = machine.killAt(change)
    try {
      machine.run()
    } catch {
      // it was killed
    }
    machine.revive()
    for (let hour = 0; hour < 52; hour += 4) {
      machine.run()
      assert.equal(machine.nextLife(), false, `killed at change ${change}: switched ${hour} hours later`)
      machine.sys.sleepMs(4 * hourMs)
    }
    machine.run()
    machine.nextLife()
    machine.run()
    assert.equal(machine.running.version, '1.1.0', `killed at change ${change}`)
    if (!wasKilled()) return
  }
})

test('nextOpening() asks date(1) for the offsets of a time zone, once', () => {
  const sys = new FakeSys()
  sys.addProgram('date', (_args, { input, env }) => {
    assert.equal(env?.['TZ'], 'Asia/Kolkata')
    return { stdout: String(input).replaceAll(/^@.*$/gm, '+0530') }
  })
  const windows = [
    { start: 'Thu 06:30', durationSec: 3600, timezone: 'Asia/Kolkata' },
    { start: 'Fri 04:00', durationSec: 3600, timezone: 'Asia/Kolkata' },
  ]
  assert.equal(nextOpening(sys, windows), Date.UTC(2026, 0, 1, 1))
  assert.equal(sys.commands.length, 1)
  sys.sleepMs(hourMs)
  assert.equal(nextOpening(sys, windows), undefined)
  assert.equal(nextOpening(sys, []), undefined)
})

test('readConfig() refuses a time zone that the machine does not know', () => {
  const sys = new FakeSys()
  const window = { start: '02:00', durationSec: 3600, timezone: 'Europe/Berlin' }
  const value = { apiVersion: 'afloat/v1', server: 'http://u.test', windows: [window] }
  sys.addFile(places.config, JSON.stringify(value))
  assert.throws(() => readConfig(sys), { code: 'update/bad-config', message: /windows\.0\.timezone/ })
  sys.addFile('/usr/share/zoneinfo/Europe/Berlin', '')
  assert.deepEqual(readConfig(sys)?.windows, [window])
})

test('scheduleNext() has the next run start when the window opens, or earlier when a check is due', () => {
  const delayOf = (nextInMs: number | undefined, opensInMs: number | undefined) => {
    const sys = new FakeSys()
    for (const program of ['systemctl', 'systemd-run']) sys.addProgram(program, () => ({}))
    const [now, record] = [sys.nowMs(), newRecord('1.0.0', 0)]
    const nextMs = nextInMs === undefined ? {} : { nextMs: now + nextInMs }
    const opens = opensInMs === undefined ? undefined : now + opensInMs
    scheduleNext(sys, { ...record, check: { failures: 0, ...nextMs } }, opens)
    return /--on-active=(\d+)s/.exec(sys.commands.at(-1) ?? '')?.[1]
  }
  assert.equal(delayOf(hourMs, undefined), undefined)
  assert.equal(delayOf(60_000, undefined), '60')
  assert.equal(delayOf(hourMs, 40 * hourMs), String(40 * 3600))
  assert.equal(delayOf(60_000, 40 * hourMs), '60')
  assert.equal(delayOf(hourMs, 30_000), '30')
  assert.equal(delayOf(undefined, -1000), '1')
})
