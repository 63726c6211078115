import { type OffsetAt, type UpdateWindow, windowAt } from '@afloat/release'
import type { Sys } from '../sys/sys.ts'
import type { UpdateRecord } from './record.ts'
import type { Session } from './session.ts'

const stepMs = 30 * 60_000
/** Both ways: a window may have opened a week ago, and opens within the next. A day more, for time zones. */
const reachMs = 10 * 86_400_000

/**
 * When the next window opens, in milliseconds since 1970; undefined while one is open, or when there are none. Throws
 * `sys/command-failed`.
 */
export function nextOpening(sys: Sys, windows: readonly UpdateWindow[]): number | undefined {
  const state = windowAt(windows, sys.nowMs(), offsetsOf(sys))
  return state?.open === false ? state.opensAtMs : undefined
}

/**
 * When the release that is ready may be switched to by itself; undefined when nothing waits for a window. Throws
 * `sys/command-failed`.
 */
export function awaitedOpening({ sys, config, record }: Session): number | undefined {
  return isReady(record) && config.automatic ? nextOpening(sys, config.windows) : undefined
}

/** Whether there is a release in the other slot that only the switch is missing to. */
export function isReady({ state }: UpdateRecord): boolean {
  return state.name === 'sealed' || state.name === 'staged'
}

/** QuickJS knows no time zones; date(1) does, and tells the offsets of a zone for all of the time around now at once. */
function offsetsOf(sys: Sys): OffsetAt {
  const first = Math.floor((sys.nowMs() - reachMs) / stepMs)
  const count = (2 * reachMs) / stepMs
  const known = new Map<string, readonly number[]>()
  return (timezone, atMs) => {
    if (timezone === 'UTC') return 0
    const offsets = known.get(timezone) ?? readOffsets(sys, timezone, first, count)
    known.set(timezone, offsets)
    return offsets[Math.min(Math.max(Math.floor(atMs / stepMs) - first, 0), count - 1)] ?? 0
  }
}

function readOffsets(sys: Sys, timezone: string, first: number, count: number): number[] {
  const times = Array.from({ length: count }, (_, index) => `@${((first + index) * stepMs) / 1000}\n`)
  const text = sys.mustRun(['date', '--file=-', '+%z'], { input: times.join(''), env: { TZ: timezone } })
  return text.trim().split('\n').map(secondsOf)
}

/** Of "+0530". */
function secondsOf(offset: string): number {
  const [, sign, hours, minutes] = /^([+-])([0-9]{2})([0-9]{2})$/.exec(offset) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60)
}
