import type { Clock } from './sys.ts'

const shortestNapMs = 2
const longestNapMs = 50

/** Looks until `look` finds something, or until `timeoutMs` have passed; at least once. */
export function waitUntil<T>(sys: Clock, timeoutMs: number, look: () => T | undefined): T | undefined {
  const end = sys.uptimeMs() + timeoutMs
  for (let napMs = shortestNapMs; ; napMs = Math.min(napMs * 2, longestNapMs)) {
    const found = look()
    if (found !== undefined) return found
    const leftMs = end - sys.uptimeMs()
    if (leftMs <= 0) return undefined
    sys.sleepMs(Math.min(napMs, leftMs))
  }
}
