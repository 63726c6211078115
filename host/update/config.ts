import {
  parsePublicKey,
  parseWindowStart,
  type UpdatePolicy,
  type UpdateWindow,
  windowLimits,
} from '@afloat/release'
import type { Sys } from '../sys/sys.ts'
import { updateErrors as errors } from './errors.ts'
import { places } from './places.ts'

/** How this machine is to be updated: `/etc/afloat/update.json`, written at first boot from `updates:` of its YAML. */
export type UpdateConfig = {
  /** Address of the update server, as "https://updates.example.org/v1/update/". */
  readonly server: string
  readonly group: string
  /** What to ask the server for, where that is not the channel of the group. */
  readonly channel?: string
  /** Raw ed25519 keys, 32 bytes each; releases must be signed by one of them. None: every release is refused. */
  readonly publicKeys: readonly Uint8Array[]
  readonly strategy: UpdatePolicy
  readonly kexec: boolean
  /** Whether the timer installs what it finds; otherwise only when a person asks. */
  readonly automatic: boolean
  /** The machine switches by itself only in one of these; none: at any time. */
  readonly windows: readonly UpdateWindow[]
  /** A new release has so long to become healthy. */
  readonly settleSec: number
  readonly health: readonly HealthCheck[]
}

export type HealthCheck = { readonly unit: string; readonly url?: string }

const strategies: readonly string[] = ['auto', 'soft-required', 'reboot']

/** Returns the configuration, or undefined when the machine has none. Throws `update/bad-config`. */
export function readConfig(sys: Sys): UpdateConfig | undefined {
  const text = sys.readText(places.config)
  const config = text === undefined ? undefined : parseConfig(text)
  // For a zone that it does not know, date(1) takes UTC without a word.
  for (const [index, { timezone }] of (config?.windows ?? []).entries())
    if (!sys.exists(`/usr/share/zoneinfo/${timezone}`))
      throw errors.badConfig(`windows.${index}.timezone`, 'one that is in /usr/share/zoneinfo')
  return config
}

/** Reads the text of the configuration. Keys that are not known are left out. Throws `update/bad-config`. */
export function parseConfig(text: string): UpdateConfig {
  const value = parseObject(text)
  if (value['apiVersion'] !== 'afloat/v1') throw errors.badConfig('apiVersion', '"afloat/v1"')
  const server = value['server']
  if (typeof server !== 'string' || !/^https?:\/\/[^\s"\\]+$/.test(server))
    throw errors.badConfig('server', 'an http: or https: URL')
  const strategy = value['strategy'] ?? 'auto'
  if (typeof strategy !== 'string' || !strategies.includes(strategy))
    throw errors.badConfig('strategy', `one of ${strategies.join(', ')}`)
  const settleSec = value['settleSec'] ?? 60
  if (typeof settleSec !== 'number' || !(settleSec > 0 && settleSec <= 86_400))
    throw errors.badConfig('settleSec', 'seconds, up to 86400')
  return {
    server,
    group: readWord(value, 'group', 'stable'),
    ...(value['channel'] === undefined ? {} : { channel: readWord(value, 'channel', '') }),
    publicKeys: readList(value, 'publicKeys').map(readKey),
    strategy: strategy as UpdatePolicy,
    kexec: readFlag(value, 'kexec', false),
    automatic: readFlag(value, 'automatic', true),
    windows: readList(value, 'windows').map(readWindow),
    settleSec,
    health: readList(value, 'health').map(readCheck),
  }
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw errors.badConfig('the file', 'JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw errors.badConfig('the file', 'an object')
  return value as Record<string, unknown>
}

function readWord(value: Record<string, unknown>, key: string, fallback: string): string {
  const found = value[key] ?? fallback
  if (typeof found !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(found)) throw errors.badConfig(key, 'a word')
  return found
}

function readFlag(value: Record<string, unknown>, key: string, fallback: boolean): boolean {
  const found = value[key] ?? fallback
  if (typeof found !== 'boolean') throw errors.badConfig(key, 'true or false')
  return found
}

function readList(value: Record<string, unknown>, key: string): unknown[] {
  const found = value[key] ?? []
  if (!Array.isArray(found)) throw errors.badConfig(key, 'a list')
  return found
}

function readKey(value: unknown, index: number): Uint8Array {
  const key = typeof value === 'string' ? parsePublicKey(value) : undefined
  if (key === undefined)
    throw errors.badConfig(`publicKeys.${index}`, 'an ed25519 public key: base64 of 32 bytes, or PEM')
  return key
}

function readWindow(value: unknown, index: number): UpdateWindow {
  const { start, durationSec, timezone = 'UTC' } = objectOf(value)
  if (typeof start !== 'string' || parseWindowStart(start) === undefined)
    throw errors.badConfig(`windows.${index}.start`, 'days and a time of day, as in "Mon-Fri 02:00"')
  const { leastSec, mostSec } = windowLimits
  if (typeof durationSec !== 'number' || !(durationSec >= leastSec && durationSec <= mostSec))
    throw errors.badConfig(`windows.${index}.durationSec`, `seconds, ${leastSec} to ${mostSec}`)
  if (typeof timezone !== 'string' || !/^[A-Za-z0-9_+-]+(\/[A-Za-z0-9_+-]+){0,2}$/.test(timezone))
    throw errors.badConfig(`windows.${index}.timezone`, 'the name of a time zone')
  return { start, durationSec, timezone }
}

function readCheck(value: unknown, index: number): HealthCheck {
  const { unit, url } = objectOf(value)
  if (typeof unit !== 'string' || unit === '')
    throw errors.badConfig(`health.${index}.unit`, 'the name of a unit')
  if (url !== undefined && typeof url !== 'string') throw errors.badConfig(`health.${index}.url`, 'a URL')
  return url === undefined ? { unit } : { unit, url }
}

function objectOf(value: unknown): Record<string, unknown> {
  return (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
}
