import type { Check, ObjectValue } from '@afloat/ignition'
import { butaneErrors as errors } from '../errors.ts'

/** Warns of a mode such as 644, which is 1204 in octal, where 0644 would make sense and 644 does not. */
export function decimalModeCheck(kind: 'file' | 'directory'): Check<ObjectValue> {
  return (value, path, add) => {
    const mode = value['mode']
    if (typeof mode !== 'number' || !/^[0-7]{1,4}$/.test(String(mode))) return
    if (!isUsual(mode, kind) && isUsual(Number.parseInt(String(mode), 8), kind))
      add('warning', [...path, 'mode'], errors.decimalMode(mode))
  }
}

const READ = 4
const WRITE = 2
const EXECUTE = 1

/** Whether nobody would be surprised by the mode. Rights shrink from owner to group to others. */
function isUsual(mode: number, kind: 'file' | 'directory'): boolean {
  if (mode === 0) return true
  const [owner, group, others] = [(mode >> 6) & 7, (mode >> 3) & 7, mode & 7] as const
  for (const [more, less] of [
    [owner, group],
    [group, others],
  ] as const) {
    if ((less & ~more) !== 0) return false
    // Others may read but not execute what the owner may execute: unusual.
    if (more & EXECUTE && less & READ && !(less & EXECUTE)) return false
  }
  for (const rights of [owner, group, others])
    if (rights & (WRITE | EXECUTE) && !(rights & READ)) return false
  if (!(owner & READ)) return false

  const [setuid, setgid, sticky] = [mode & 0o4000, mode & 0o2000, mode & 0o1000]
  if (kind === 'directory')
    return Boolean(owner & EXECUTE) && !setuid && (!(setgid || sticky) || Boolean(owner & WRITE))
  return !sticky && (!(setuid || setgid) || (Boolean(owner & EXECUTE) && !(others & WRITE)))
}
