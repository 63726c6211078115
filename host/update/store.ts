import { replaceFile } from '../sys/replace-file.ts'
import type { Sys } from '../sys/sys.ts'
import { places } from './places.ts'
import { newRecord, type State, type UpdateRecord } from './record.ts'

const version = { apiVersion: 'afloat/v1', kind: 'UpdateState' } as const

/**
 * Returns what the agent remembers, durable as of the last `saveRecord()`.
 * A file that cannot be read (a failing disk, a format from the future after a rollback) is put aside as `.broken`
 * and the agent begins anew: all it costs is that a release is fetched again.
 */
export function loadRecord(sys: Sys, runningVersion: string): UpdateRecord {
  const text = sys.readText(places.record)
  if (text === undefined) return newRecord(runningVersion, sys.nowMs())
  const record = parseRecord(text)
  if (record !== undefined) return record
  sys.log(`afloat: cannot read ${places.record}: it is put aside, and the update state begins anew`)
  sys.rename(places.record, `${places.record}.broken`)
  return newRecord(runningVersion, sys.nowMs())
}

/** Returns when the record is on the medium: wherever the machine is cut short, the old or the new one is there. */
export function saveRecord(sys: Sys, record: UpdateRecord): void {
  sys.makeDirs(places.home, { mode: 0o700 })
  replaceFile(sys, places.record, `${JSON.stringify({ ...version, ...record })}\n`, { mode: 0o600 })
}

/** Reads the text of a record; undefined when it is none. */
export function parseRecord(text: string): UpdateRecord | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isObject(value) || value['apiVersion'] !== version.apiVersion || value['kind'] !== version.kind)
    return undefined
  const { apiVersion: _, kind: __, ...record } = value
  const { state, check, failed, outbox, sinceMs, firstVersion } = record
  const whole =
    isObject(state) &&
    isState(state) &&
    isObject(check) &&
    typeof check['failures'] === 'number' &&
    Array.isArray(failed) &&
    Array.isArray(outbox) &&
    typeof sinceMs === 'number' &&
    typeof firstVersion === 'string'
  return whole ? (record as unknown as UpdateRecord) : undefined
}

const fieldsOf: Readonly<Record<State['name'], readonly [string, string][]>> = {
  idle: [],
  writing: [
    ['target', 'object'],
    ['framesDone', 'number'],
    ['cleared', 'boolean'],
  ],
  sealed: [['target', 'object']],
  staged: [
    ['target', 'object'],
    ['attempts', 'number'],
  ],
  acting: [
    ['target', 'object'],
    ['attempts', 'number'],
    ['action', 'string'],
    ['bootId', 'string'],
    ['softReboots', 'number'],
  ],
}

function isState(state: Record<string, unknown>): boolean {
  const name = String(state['name'])
  if (!Object.hasOwn(fieldsOf, name)) return false
  const { target } = state
  if (isObject(target)) {
    const from = target['from']
    if (!isText(target['version']) || !isText(target['rootHash'])) return false
    if (!isObject(from) || !isText(from['version']) || !isText(from['rootHash'])) return false
  }
  return fieldsOf[name as State['name']].every(
    ([key, type]) => typeof state[key] === type && state[key] !== null,
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}
