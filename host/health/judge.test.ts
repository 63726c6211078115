import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findProblem, findRestart } from './judge.ts'
import type { Look, UnitLook } from './look.ts'

const checks = [{ unit: 'web.service', url: 'http://127.0.0.1/' }, { unit: 'db.service' }]

const up: UnitLook = {
  loadState: 'loaded',
  activeState: 'active',
  subState: 'running',
  result: 'success',
  mainPid: 100,
  restarts: 0,
  hasJob: false,
}

const well: Look = { atMs: 0, boot: up, failed: [], units: [up, up], probes: ['ok', undefined] }

test('findProblem() finds none where all is well', () => {
  assert.equal(findProblem(checks, well), undefined)
})

test('findProblem() names what is wrong, systemd before the boot before units before probes', () => {
  const dead = { ...up, activeState: 'failed', subState: 'failed', result: 'exit-code' }
  const rows: [Partial<Look>, string, string][] = [
    [
      { silence: 'no answer in 10 s', units: [dead, dead] },
      'health/no-answer',
      'systemd does not answer: no answer in 10 s',
    ],
    [
      { boot: { ...up, activeState: 'inactive' }, units: [dead, up] },
      'health/boot-incomplete',
      'the boot did not finish: boot-complete.target is inactive',
    ],
    [
      { boot: { ...up, activeState: 'inactive' }, failed: ['disk.mount', 'db.service'] },
      'health/boot-incomplete',
      'the boot did not finish: boot-complete.target is inactive; failed: disk.mount, db.service',
    ],
    [
      { units: [up, dead], probes: ['status 500', undefined] },
      'health/unit-not-active',
      'db.service is failed (exit-code)',
    ],
    [
      { units: [up, { ...up, activeState: 'activating', subState: 'auto-restart', result: 'exit-code' }] },
      'health/unit-not-active',
      'db.service is activating (auto-restart, exit-code)',
    ],
    [
      { units: [up, { ...up, loadState: 'not-found', activeState: 'inactive' }] },
      'health/unit-missing',
      'db.service does not exist in this release',
    ],
    [
      { probes: ['status 500', undefined] },
      'health/probe-failed',
      'http://127.0.0.1/ of web.service does not answer well: status 500',
    ],
  ]
  for (const [change, code, text] of rows) {
    const problem = findProblem(checks, { ...well, ...change })
    assert.deepEqual([problem?.code, problem?.text], [code, text])
  }
})

test('findRestart() finds a unit that is another process now, or was restarted', () => {
  assert.equal(findRestart(checks, well, well), undefined)
  const other = findRestart(checks, well, { ...well, units: [up, { ...up, mainPid: 101 }] })
  assert.deepEqual([other?.code, other?.unit], ['health/unit-restarts', 'db.service'])
  const again = findRestart(checks, well, { ...well, units: [{ ...up, restarts: 4 }, up] })
  assert.match(again?.text ?? '', /^web\.service does not stay up: .*\(4 times\)$/)
})
