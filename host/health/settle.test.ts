import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle } from './settle.ts'
import { healthMachine, type World } from './testing/health-machine.ts'

const checks = [{ unit: 'web.service', url: 'http://127.0.0.1/' }]

/** Calls back at each look at the probe, with the time. */
function atEachProbe(world: World, change: (uptimeMs: number) => void): void {
  world.sys.addProgram('curl', () => {
    change(world.sys.uptimeMs())
    return { stdout: String(world.status) }
  })
}

test('settle() is content when all is well for some seconds', () => {
  const { sys } = healthMachine()
  assert.equal(settle(sys, checks, 60_000), undefined)
  assert.ok(sys.uptimeMs() >= 5000 && sys.uptimeMs() < 10_000, `${sys.uptimeMs()}`)
})

test('settle() waits for what comes late, and not beyond the deadline', () => {
  for (const [wellAtMs, isGood] of [
    [50_000, true],
    [80_000, false],
  ] as const) {
    const world = healthMachine()
    world.status = 503
    atEachProbe(world, (nowMs) => {
      if (nowMs >= wellAtMs) world.status = 200
    })
    assert.equal(settle(world.sys, checks, 60_000)?.code, isGood ? undefined : 'health/probe-failed')
    assert.ok(world.sys.uptimeMs() < 70_000)
  }
})

test('settle() does not wait for a boot that has ended incomplete', () => {
  for (const [failed, waits] of [
    [['self-test.service'], false],
    [[], true],
  ] as const) {
    const world = healthMachine()
    world.boot = 'inactive'
    world.failed = [...failed]
    assert.equal(settle(world.sys, checks, 60_000)?.code, 'health/boot-incomplete')
    assert.equal(world.sys.uptimeMs() >= 60_000, waits)
  }
})

test('settle() does not trust a unit that starts again and again', () => {
  const world = healthMachine()
  let pid = 100
  atEachProbe(world, () => {
    world.web = { MainPID: String(++pid), NRestarts: String(pid - 100) }
  })
  assert.equal(settle(world.sys, checks, 60_000)?.code, 'health/unit-restarts')
})

test('settle() gives a unit that was restarted once the time to show that it stays', () => {
  const world = healthMachine()
  atEachProbe(world, (nowMs) => {
    if (nowMs > 3000) world.web = { MainPID: '101', NRestarts: '1' }
  })
  assert.equal(settle(world.sys, checks, 60_000), undefined)
})

test('settle() says what systemd says when it does not answer', () => {
  const world = healthMachine()
  world.isAwake = false
  const problem = settle(world.sys, checks, 10_000)
  assert.deepEqual(problem, {
    code: 'health/no-answer',
    text: 'systemd does not answer: Connection refused',
  })
})

test('settle() ends when there is nothing left to judge', () => {
  const { sys } = healthMachine()
  const over = { code: 'health/left', text: 'over' } as const
  assert.equal(
    settle(sys, checks, 60_000, () => over),
    over,
  )
})
