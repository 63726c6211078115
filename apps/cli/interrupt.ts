import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parentOf } from '@afloat/vm/process-ref'

/** Thrown where Ctrl-C ended the work. */
export class Interrupted extends Error {}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** How long programs get to tidy up after SIGTERM. */
const graceMs = 3000

/**
 * Runs work that Ctrl-C (or SIGTERM, or the end of the terminal) may end; then throws `Interrupted`.
 * At the first signal every program that the work started is told to end, and the work is given a moment to
 * tidy up; `onInterrupt` runs before that. A second signal kills them and this process.
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  onInterrupt: () => Promise<void> = async () => {},
): Promise<T> {
  const controller = new AbortController()
  const interrupted = Promise.withResolvers<never>()
  interrupted.promise.catch(() => {})
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      signalDescendants('SIGKILL')
      process.exit(130)
    }
    controller.abort()
    interrupted.reject(new Interrupted('Interrupted'))
  }
  for (const signal of signals) process.on(signal, onSignal)
  const working = work(controller.signal)
  try {
    return await Promise.race([working, interrupted.promise])
  } catch (error) {
    if (!controller.signal.aborted) throw error
    await onInterrupt()
    await endDescendants(working)
    throw new Interrupted('Interrupted')
  } finally {
    for (const signal of signals) process.off(signal, onSignal)
  }
}

async function endDescendants(working: Promise<unknown>): Promise<void> {
  const settled = working.catch(() => {})
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    signalDescendants(signal)
    const late = new AbortController()
    const over = await Promise.race([
      settled.then(() => true),
      sleep(graceMs, false, { signal: late.signal }).catch(() => false),
    ])
    late.abort()
    if (over) break
  }
  signalDescendants('SIGKILL')
}

/** Signals all processes that descend from this one. */
function signalDescendants(signal: NodeJS.Signals): void {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry)
    const parent = Number.isInteger(pid) ? parentOf(pid) : undefined
    if (parent !== undefined) parents.set(pid, parent)
  }
  const descends = (pid: number): boolean => {
    for (let at = parents.get(pid); at !== undefined && at > 1; at = parents.get(at))
      if (at === process.pid) return true
    return false
  }
  for (const pid of parents.keys()) {
    if (!descends(pid)) continue
    try {
      process.kill(pid, signal)
    } catch {
      // ended meanwhile
    }
  }
}
