import type { Check, ObjectValue } from '@afloat/ignition'
import { parseWindowStart, windowLimits } from '@afloat/release/update-window'
import { nearestName } from '@afloat/report'
import { butaneErrors as errors } from '../../errors.ts'
import { containerErrors } from './container-errors.ts'
import { parseDuration } from './parse-duration.ts'
import type { Window } from './schema.ts'
import { windowErrors } from './window-errors.ts'

/** When a machine may act by itself. */
export const checkWindow: Check<ObjectValue> = (value, path, add) => {
  const { start, duration, timezone } = value as Window
  if (!start) add('error', [...path, 'start'], errors.keyMissing('start', 'of the window'))
  else if (!parseWindowStart(start)) add('error', [...path, 'start'], windowErrors.badWindowStart(start))

  const seconds = duration === undefined ? undefined : parseDuration(duration)
  if (!duration) add('error', [...path, 'duration'], errors.keyMissing('duration', 'of the window'))
  else if (seconds === undefined) add('error', [...path, 'duration'], errors.badDuration(duration, '2h'))
  else if (seconds < windowLimits.leastSec || seconds > windowLimits.mostSec)
    add('error', [...path, 'duration'], containerErrors.durationOutOfRange(duration, '15m', '168h'))

  if (timezone !== undefined && !isTimeZone(timezone))
    add(
      'error',
      [...path, 'timezone'],
      windowErrors.badTimezone(timezone, nearestName(timezone, knownZones())),
    )
}

/** Areas of the names that the machine's time zone database has; it has none of their older names. */
const AREAS = 'Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific'
const ZONE = new RegExp(`^(UTC|(${AREAS})(/[A-Z][A-Za-z0-9_+-]*){1,2})$`)

/** Where the program runs that this is part of, the names may be known; where they are not, the machine looks. */
function isTimeZone(name: string): boolean {
  if (!ZONE.test(name)) return false
  if (typeof Intl === 'undefined') return true
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

function knownZones(): readonly string[] {
  return typeof Intl === 'undefined' ? [] : Intl.supportedValuesOf('timeZone')
}
