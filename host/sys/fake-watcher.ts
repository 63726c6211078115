import type { Watcher } from './sys.ts'

/** What a watched program has to say; it `ends` after that, or lives on in silence. */
export type FakeWatch = { readonly lines: string[]; readonly ends: boolean }

/** Returns a watcher of such a program, which takes its lines; `wait` lets the time pass in which it says nothing. */
export function fakeWatcher({ lines, ends }: FakeWatch, wait: (durationMs: number) => void): Watcher {
  let stopped = false
  const hasEnded = () => stopped || (ends && lines.length === 0)
  return {
    nextLine: (timeoutMs) => {
      const line = hasEnded() ? undefined : lines.shift()
      if (line === undefined && !hasEnded()) wait(timeoutMs)
      return Promise.resolve(line)
    },
    get ended() {
      return hasEnded()
    },
    stop: () => {
      stopped = true
    },
  }
}
