import type { Check, ObjectValue } from '@afloat/ignition'
import { parsePublicKey } from '@afloat/release/public-key'
import { nearestName } from '@afloat/report'
import { hasUnitNameForm, nameExtension, UNIT_TYPES } from '@afloat/unitfile'
import { butaneErrors as errors } from '../../errors.ts'
import { isHttpUrl } from './is-http-url.ts'
import { parseDuration } from './parse-duration.ts'
import type { HealthCheck, Updates } from './schema.ts'
import { windowErrors } from './window-errors.ts'

/** Where updates come from, whose they are, and how disruptive they may be. */
export const checkUpdates: Check<ObjectValue> = (value, path, add) => {
  const { server, group, channel, public_keys: keys = [], strategy, settle } = value as Updates
  const { automatic, windows = [] } = value as Updates
  if (!server) add('error', [...path, 'server'], errors.updateServerMissing())
  else if (!isHttpUrl(server)) add('error', [...path, 'server'], errors.badHttpUrl('server', server))

  for (const [key, word] of Object.entries({ group, channel }))
    if (word !== undefined && !WORD.test(word)) add('error', [...path, key], errors.badUpdateWord(key, word))

  if (!keys.some((key) => key !== null)) add('warning', [...path, 'public_keys'], errors.publicKeyMissing())
  for (const [index, key] of keys.entries())
    if (key !== null && !parsePublicKey(key))
      add('error', [...path, 'public_keys', index], errors.badPublicKey(key.includes('PRIVATE KEY')))

  if (strategy !== undefined && !STRATEGIES.includes(strategy))
    add(
      'error',
      [...path, 'strategy'],
      errors.badStrategy(strategy, STRATEGIES, nearestName(strategy, STRATEGIES)),
    )

  if (automatic === false && windows.some((window) => window !== null))
    add('warning', [...path, 'windows'], windowErrors.windowsUnused())

  const seconds = settle === undefined ? 60 : parseDuration(settle)
  if (seconds === undefined) add('error', [...path, 'settle'], errors.badDuration(settle ?? ''))
  else if (seconds < 1 || seconds > LONGEST_SETTLE)
    add('error', [...path, 'settle'], errors.settleOutOfRange(settle ?? ''))
}

/** What must work for a release to be good. */
export const checkHealth: Check<ObjectValue> = (value, path, add) => {
  const { unit, url } = value as unknown as HealthCheck
  if (!unit) add('error', [...path, 'unit'], errors.healthUnitMissing())
  else if (!isUnitName(unit)) add('error', [...path, 'unit'], errors.badHealthUnit(unit, unitHint(unit)))
  if (url !== undefined && !isHttpUrl(url)) add('error', [...path, 'url'], errors.badHttpUrl('url', url))
}

const STRATEGIES: readonly string[] = ['auto', 'soft-required', 'reboot']
/** A day. */
const LONGEST_SETTLE = 86_400
/** It becomes an attribute of a request to the server. */
const WORD = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

function isUnitName(unit: string): boolean {
  const types: readonly string[] = UNIT_TYPES
  const isTemplate = /@\.[a-z]+$/.test(unit)
  return hasUnitNameForm(unit) && types.includes(nameExtension(unit)) && !/^[.-]/.test(unit) && !isTemplate
}

function unitHint(unit: string): string {
  if (/@\.[a-z]+$/.test(unit)) return 'Name an instance of the template'
  const extension = nameExtension(unit)
  const nearest = extension === '' ? undefined : nearestName(extension, UNIT_TYPES)
  if (nearest !== undefined && hasUnitNameForm(unit))
    return `Write ${unit.slice(0, -extension.length)}${nearest}`
  return /^[A-Za-z0-9][A-Za-z0-9:_.@-]*$/.test(unit)
    ? `Write ${unit}.service`
    : 'The service of a container is its name and .service'
}
