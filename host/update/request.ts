import type { UpdatePlan } from '@afloat/release'
import { replaceFile } from '../sys/replace-file.ts'
import type { Sys } from '../sys/sys.ts'
import { toHex } from '../sys/to-hex.ts'
import { places } from './places.ts'
import type { RecordedError } from './record.ts'

/** What a person asks for, left in a file for the next run. */
export type UpdateRequest = {
  /** Of lower-case letters, digits and hyphens; sorts by time. */
  readonly id: string
  readonly kind: RequestKind
  /** Try a version that has failed once more. */
  readonly retry?: boolean
}

export type RequestKind = 'check' | 'plan' | 'update' | 'rollback'

/** Milliseconds since 1970 at which it was made. */
export function requestedAtMs({ id }: UpdateRequest): number {
  return Number.parseInt(id, 10)
}

/** What came of a request. */
export type UpdateAnswer = {
  readonly id: string
  /**
   * nothing: there is nothing to do · available: there is a version (check) · planned: `plan` says how (plan) ·
   * switching: the machine is going down into the version · waiting: the version runs and has yet to show that it is
   * good · failed: `error` says why
   */
  readonly outcome: 'nothing' | 'available' | 'planned' | 'switching' | 'waiting' | 'failed'
  readonly version?: string | undefined
  readonly plan?: UpdatePlan | undefined
  /** ISO 8601: when a window opens in which the machine goes on by itself; absent when nothing waits for one. */
  readonly opensAt?: string | undefined
  readonly error?: RecordedError | undefined
}

const kinds: readonly string[] = ['check', 'plan', 'update', 'rollback']

/** Answers that nobody fetched; a few are kept. */
const mostAnswers = 16

/** Leaves a request for the agent. Returns its id. */
export function writeRequest(sys: Sys, request: Omit<UpdateRequest, 'id'>): string {
  const random = toHex(sys.randomBytes(4))
  const id = `${String(sys.nowMs()).padStart(15, '0')}-${random}`
  sys.makeDirs(places.requests, { mode: 0o700 })
  replaceFile(sys, `${places.requests}/${id}.json`, `${JSON.stringify(request)}\n`, { mode: 0o600 })
  return id
}

/** Returns the oldest request that waits. Files that are none are removed. */
export function readRequest(sys: Sys): UpdateRequest | undefined {
  for (const name of sys.list(places.requests) ?? []) {
    const id = /^([0-9a-f-]+)\.json$/.exec(name)?.[1]
    const value = id === undefined ? undefined : readJson(sys, `${places.requests}/${name}`)
    const kind = value?.['kind']
    if (id !== undefined && typeof kind === 'string' && kinds.includes(kind))
      return { id, kind: kind as RequestKind, retry: value?.['retry'] === true }
    // One that is being written has another name yet.
    if (!name.endsWith('.new')) sys.remove(`${places.requests}/${name}`)
  }
  return undefined
}

export function isWaiting(sys: Sys, id: string): boolean {
  return sys.exists(`${places.requests}/${id}.json`)
}

/** The answer takes its place before the request goes: whoever waits finds the one or the other. */
export function answerRequest(sys: Sys, { id }: UpdateRequest, answer: Omit<UpdateAnswer, 'id'>): void {
  sys.makeDirs(places.answers, { mode: 0o700 })
  for (const name of (sys.list(places.answers) ?? []).slice(0, -mostAnswers))
    sys.remove(`${places.answers}/${name}`)
  replaceFile(sys, `${places.answers}/${id}.json`, `${JSON.stringify({ id, ...answer })}\n`, { mode: 0o600 })
  sys.remove(`${places.requests}/${id}.json`)
}

/** Returns the answer to a request, once: it is removed. */
export function takeAnswer(sys: Sys, id: string): UpdateAnswer | undefined {
  const path = `${places.answers}/${id}.json`
  const value = readJson(sys, path)
  if (value !== undefined) sys.remove(path)
  return value as UpdateAnswer | undefined
}

function readJson(sys: Sys, path: string): Record<string, unknown> | undefined {
  const text = sys.readText(path)
  try {
    const value: unknown = text === undefined ? undefined : JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
