import type { Add, Check, ObjectValue } from '@afloat/ignition'
import type { Path } from '@afloat/report'
import { containerErrors } from './container-errors.ts'
import { parseSize } from './parse-size.ts'
import type { Limits } from './schema.ts'

/** What a container may use at most. */
export const checkLimits: Check<ObjectValue> = (value, path, add) => {
  const { memory, cpus, pids, open_files: files, shm_size: shm } = value as Limits
  checkSize(memory, LEAST_MEMORY, [...path, 'memory'], add)
  checkSize(shm, LEAST_SHM, [...path, 'shm_size'], add)
  if (cpus !== undefined && !(/^[0-9]{1,4}(\.[0-9]{1,3})?$/.test(cpus) && Number(cpus) >= LEAST_CPUS))
    add('error', [...path, 'cpus'], containerErrors.badCpus(cpus))
  if (pids !== undefined && (pids < 1 || pids > MOST_PIDS))
    add('error', [...path, 'pids'], containerErrors.outOfRange('pids', pids, 1, MOST_PIDS))
  if (files !== undefined && (files < 1 || files > MOST_FILES))
    add('error', [...path, 'open_files'], containerErrors.outOfRange('open_files', files, 1, MOST_FILES))
}

/** With less, no program starts. */
const LEAST_MEMORY = { bytes: 4 * 2 ** 20, text: '4M' }
const LEAST_SHM = { bytes: 4096, text: '4K' }
const LEAST_CPUS = 0.01
/** Source: Linux, PID_MAX_LIMIT */
const MOST_PIDS = 4_194_304
/** Source: Linux, the default of fs.nr_open, which no limit may exceed */
const MOST_FILES = 1_048_576

function checkSize(
  text: string | undefined,
  least: { bytes: number; text: string },
  path: Path,
  add: Add,
): void {
  if (text === undefined) return
  const bytes = parseSize(text)
  if (bytes === undefined) add('error', path, containerErrors.badSize(text))
  else if (bytes < least.bytes) add('error', path, containerErrors.sizeTooSmall(text, least.text))
}
