import type { Add, Check, ObjectValue } from '@afloat/ignition'
import { nearestName, type Path } from '@afloat/report'
import { butaneErrors as errors } from '../../errors.ts'
import { containerErrors } from './container-errors.ts'
import { listWords } from './list-words.ts'
import { parseDuration } from './parse-duration.ts'
import type { Container, HealthProbe } from './schema.ts'

/** What podman runs to see whether a container is well. */
export const checkProbe: Check<ObjectValue> = (value, path, add) => {
  const {
    command,
    interval,
    timeout,
    retries,
    start_period: start,
    on_failure: onFailure,
  } = value as HealthProbe
  const words = listWords(command)
  if (words.length === 0 || words[0]?.trim() === '')
    add('error', [...path, 'command'], errors.keyMissing('command', 'of the health probe'))
  else if (words.some((word) => word.includes('\0')))
    add('error', [...path, 'command'], errors.nulCharacter())

  checkTime(interval, 1, [...path, 'interval'], add)
  checkTime(timeout, 1, [...path, 'timeout'], add)
  checkTime(start, 0, [...path, 'start_period'], add)
  if (retries !== undefined && (retries < 1 || retries > MOST_RETRIES))
    add('error', [...path, 'retries'], containerErrors.outOfRange('retries', retries, 1, MOST_RETRIES))
  if (onFailure !== undefined && !ON_FAILURE.includes(onFailure)) {
    const nearest = nearestName(onFailure, ON_FAILURE)
    add('error', [...path, 'on_failure'], containerErrors.badOnFailure(onFailure, ON_FAILURE, nearest))
  }
}

/** A probe that would not do what it seems to, because of the container that it is for. */
export function checkProbeOf({ health, restart, survive }: Container, path: Path, add: Add): void {
  if (!health) return
  if (survive === true) add('warning', [...path, 'health'], containerErrors.survivorProbe())
  if ((restart === 'no' || restart === 'on-success') && health.on_failure !== 'none')
    add('warning', [...path, 'restart'], containerErrors.unhealthyStaysDown(restart))
}

const ON_FAILURE: readonly string[] = ['restart', 'none']
const MOST_RETRIES = 1000
/** A day. */
const LONGEST = 86_400

function checkTime(text: string | undefined, leastSeconds: number, path: Path, add: Add): void {
  if (text === undefined) return
  const seconds = parseDuration(text)
  if (seconds === undefined) add('error', path, errors.badDuration(text))
  else if (seconds < leastSeconds || seconds > LONGEST)
    add('error', path, containerErrors.durationOutOfRange(text, `${leastSeconds}s`, '24h'))
}
