import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseWindowStart, type UpdateWindow, weekdays } from './update-window.ts'
import { type OffsetAt, windowAt } from './window-at.ts'

const hourMs = 3_600_000
const utc: OffsetAt = () => 0

const all = [0, 1, 2, 3, 4, 5, 6]
for (const [text, expected] of [
  ['02:00', { days: all, minute: 120 }],
  ['Thu 04:30', { days: [4], minute: 270 }],
  ['Mon-Fri 00:00', { days: [1, 2, 3, 4, 5], minute: 0 }],
  ['Fri-Mon 23:59', { days: [0, 1, 5, 6], minute: 1439 }],
  ['Sat,Sun,Sun 04:00', { days: [0, 6], minute: 240 }],
  ['Mon,Wed-Fri 04:00', { days: [1, 3, 4, 5], minute: 240 }],
  ['', undefined],
  ['24:00', undefined],
  ['2:00', undefined],
  ['02:60', undefined],
  ['mon 02:00', undefined],
  ['Monday 02:00', undefined],
  ['Mon- 02:00', undefined],
  ['Mon-Tue-Wed 02:00', undefined],
  ['Mon, 02:00', undefined],
  ['Mon  02:00', undefined],
  ['Mon 02:00 ', undefined],
] as const)
  test(`parseWindowStart() of ${JSON.stringify(text)}`, () =>
    assert.deepEqual(parseWindowStart(text), expected))

test('parseWindowStart() reads any text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseWindowStart(text)))
})

const anyWindow = fc.record({
  start: fc
    .tuple(fc.subarray([...weekdays], { minLength: 1 }), fc.nat(23), fc.nat(59))
    .map(([days, hour, minute]) => `${days.join(',')} ${two(hour)}:${two(minute)}`),
  durationSec: fc.integer({ min: 900, max: 7 * 86_400 }),
  timezone: fc.constantFrom('UTC', 'East', 'West'),
})
const fixed: OffsetAt = (timezone) => ({ East: 5.5 * 3600, West: -8 * 3600 })[timezone] ?? 0
const anyTime = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) })

function two(number: number): string {
  return String(number).padStart(2, '0')
}

/** Says the same by counting back minute by minute. */
function isOpenSlowly(window: UpdateWindow, nowMs: number): boolean {
  const { days, minute } = parseWindowStart(window.start)!
  const localMs = nowMs + fixed(window.timezone, nowMs) * 1000
  const end = localMs - window.durationSec * 1000
  for (let at = Math.floor(localMs / 60_000) * 60_000; at > end; at -= 60_000) {
    const date = new Date(at)
    if (days.includes(date.getUTCDay()) && date.getUTCHours() * 60 + date.getUTCMinutes() === minute)
      return true
  }
  return false
}

test('windowAt() is open exactly when a window began within its duration', () => {
  fc.assert(
    fc.property(anyWindow, anyTime, (window, nowMs) => {
      assert.equal(windowAt([window], nowMs, fixed)?.open, isOpenSlowly(window, nowMs))
    }),
  )
})

test('windowAt() names the first moment at which a window opens, and the last at which it is open', () => {
  fc.assert(
    fc.property(fc.array(anyWindow, { minLength: 1, maxLength: 3 }), anyTime, (windows, nowMs) => {
      const state = windowAt(windows, nowMs, fixed)!
      const isOpen = (atMs: number) => windows.some((window) => isOpenSlowly(window, atMs))
      if (state.open) {
        assert.ok(state.untilMs > nowMs)
        assert.equal(isOpen(state.untilMs - 1), true)
        return
      }
      assert.ok(state.opensAtMs > nowMs && state.opensAtMs <= nowMs + 7 * 24 * hourMs)
      assert.equal(isOpen(state.opensAtMs), true)
      assert.equal(isOpen(state.opensAtMs - 1), false)
      assert.equal(isOpen((nowMs + state.opensAtMs) / 2), false)
    }),
  )
})

test('windowAt() goes by the clock on the wall when that is changed', () => {
  // Europe/Berlin in 2026: summer time from 29 March, 01:00 UTC, to 25 October, 01:00 UTC.
  const berlin: OffsetAt = (_, atMs) =>
    atMs >= Date.UTC(2026, 2, 29, 1) && atMs < Date.UTC(2026, 9, 25, 1) ? 7200 : 3600
  const opens = (start: string, ...now: [number, number, number, number]) => {
    const state = windowAt(
      [{ start, durationSec: 3600, timezone: 'Europe/Berlin' }],
      Date.UTC(...now),
      berlin,
    )
    return state?.open === false ? new Date(state.opensAtMs).toISOString().slice(0, 16) : state
  }
  assert.equal(opens('Sat 04:00', 2026, 2, 27, 12), '2026-03-28T03:00')
  assert.equal(opens('Sun 04:00', 2026, 2, 28, 12), '2026-03-29T02:00')
  assert.equal(opens('Sun 04:00', 2026, 9, 24, 12), '2026-10-25T03:00')
  // 02:30 is left out on that day: it is an hour later there.
  assert.equal(opens('Sun 02:30', 2026, 2, 28, 12), '2026-03-29T01:30')
})

test('windowAt() has nothing to say without windows', () => {
  assert.equal(windowAt([], 0, utc), undefined)
})
