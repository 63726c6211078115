import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterAnswer, afterFailure, isDue } from './backoff.ts'
import type { CheckRecord } from './record.ts'

const minuteMs = 60_000

test('afterFailure() doubles the pause up to four hours, a quarter more or less', () => {
  let check: CheckRecord = { failures: 0 }
  const pauses: number[] = []
  for (let i = 0; i < 12; i++) {
    check = afterFailure(check, 1000, 0.5)
    pauses.push(((check.nextMs ?? 0) - 1000) / minuteMs)
  }
  assert.deepEqual(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240, 240])
  assert.equal(afterFailure({ failures: 3 }, 0, 0).nextMs, 6 * minuteMs)
  assert.equal(afterFailure({ failures: 3 }, 0, 1).nextMs, 10 * minuteMs)
  assert.equal(afterFailure({ failures: 5000 }, 0, 0.5).nextMs, 240 * minuteMs)
})

test('afterAnswer() does what the server asks for, within bounds', () => {
  const cases: [number | undefined, number][] = [
    [undefined, 45],
    [600, 10],
    [1, 1],
    [1e12, 24 * 60],
  ]
  for (const [seconds, minutes] of cases)
    assert.equal(afterAnswer({ failures: 0 }, 0, seconds).nextMs, minutes * minuteMs)
})

test('isDue() waits for its time, but not for one that a wrong clock has set', () => {
  const cases: [number | undefined, number, boolean][] = [
    [undefined, 0, true],
    [10 * minuteMs, 0, false],
    [10 * minuteMs, 9.6 * minuteMs, true],
    [10 * minuteMs, 10 * minuteMs, true],
    [Date.UTC(2040, 0, 1), Date.UTC(2026, 0, 1), true],
  ]
  for (const [nextMs, nowMs, due] of cases)
    assert.equal(isDue({ failures: 0, ...(nextMs === undefined ? {} : { nextMs }) }, nowMs), due)
})
