import type { Sys } from '../sys/sys.ts'
import { places } from './places.ts'

/** What the agent is doing right now; for people who wait. Not durable, and nothing depends on it. */
export type Progress = {
  readonly step: 'check' | 'plan' | 'write' | 'stage' | 'act' | 'done'
  readonly version?: string | undefined
  readonly bytesDone?: number
  readonly bytesTotal?: number
  readonly atMs: number
}

export function writeProgress(sys: Sys, progress: Omit<Progress, 'atMs'>): void {
  sys.makeDirs(places.run, { mode: 0o700 })
  const partial = `${places.progress}.new`
  sys.writeFile(partial, `${JSON.stringify({ ...progress, atMs: sys.nowMs() })}\n`)
  sys.rename(partial, places.progress)
}

export function readProgress(sys: Sys): Progress | undefined {
  const text = sys.readText(places.progress)
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Progress)
  } catch {
    return undefined
  }
}
