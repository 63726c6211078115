import { parseWindowStart, type UpdateWindow, windowLimits } from './update-window.ts'

/** Seconds east of UTC, in a time zone at a time in milliseconds since 1970. */
export type OffsetAt = (timezone: string, atMs: number) => number

export type WindowState =
  | { readonly open: true; readonly untilMs: number }
  | { readonly open: false; readonly opensAtMs: number }

const dayMs = 86_400_000
/** What opened so many days ago may still be open. */
const daysBack = windowLimits.mostSec / 86_400 + 1
/** Each window opens again within a week, and clocks may be changed meanwhile. */
const daysAhead = 8

/**
 * Whether a window is open, and until when, or when the next one opens; undefined without any window. `start` of
 * each must be of the form of `parseWindowStart`; a time that the change to summer time leaves out counts an hour
 * off, and lasts as long as any.
 */
export function windowAt(
  windows: readonly UpdateWindow[],
  nowMs: number,
  offsetAt: OffsetAt,
): WindowState | undefined {
  const spans = windows.flatMap((window) => spansOf(window, nowMs, offsetAt))
  const open = spans.filter(({ fromMs, untilMs }) => fromMs <= nowMs && nowMs < untilMs)
  if (open.length > 0) return { open: true, untilMs: Math.max(...open.map(({ untilMs }) => untilMs)) }
  const coming = spans.filter(({ fromMs }) => fromMs > nowMs)
  if (coming.length === 0) return undefined
  return { open: false, opensAtMs: Math.min(...coming.map(({ fromMs }) => fromMs)) }
}

/** When the window is open, in the days around now. */
function spansOf(window: UpdateWindow, nowMs: number, offsetAt: OffsetAt): Span[] {
  const start = parseWindowStart(window.start)
  if (start === undefined) return []
  const offset = (atMs: number) => offsetAt(window.timezone, atMs) * 1000
  const today = Math.floor((nowMs + offset(nowMs)) / dayMs)
  const spans: Span[] = []
  for (let day = today - daysBack; day <= today + daysAhead; day++) {
    if (!start.days.includes(weekdayOf(day))) continue
    const wallMs = day * dayMs + start.minute * 60_000
    // The offset that holds then is known only once that time is known, roughly.
    const fromMs = wallMs - offset(wallMs - offset(wallMs))
    spans.push({ fromMs, untilMs: fromMs + window.durationSec * 1000 })
  }
  return spans
}

type Span = { readonly fromMs: number; readonly untilMs: number }

/** Of a day since 1970, which began on a Thursday. */
function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7
}
