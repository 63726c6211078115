import { dirname } from '../sys/path.ts'
import { replaceFile } from '../sys/replace-file.ts'
import type { Sys } from '../sys/sys.ts'
import type { Life, LifeCause } from './life.ts'

/** What a life leaves for the next one to say how it ended; not there after a power cut. */
export type Ending = {
  readonly bootId: string
  readonly softReboots: number
  /** The target that systemd went for. */
  readonly target: EndTarget
  readonly atMs: number
}

const endTargets = ['soft-reboot', 'kexec', 'reboot', 'poweroff', 'halt'] as const
export type EndTarget = (typeof endTargets)[number]

const endingPath = '/var/lib/afloat/ending.json'

export function writeEnding(sys: Sys, ending: Ending): void {
  sys.makeDirs(dirname(endingPath))
  replaceFile(sys, endingPath, `${JSON.stringify(ending)}\n`)
}

/** Returns the note of the life before, and removes it: it is for one life only. */
export function takeEnding(sys: Sys): Ending | undefined {
  const text = sys.readText(endingPath)
  if (text === undefined) return undefined
  sys.remove(endingPath)
  try {
    return JSON.parse(text) as Ending
  } catch {
    return undefined
  }
}

/** Returns the target that systemd is going for, from the output of `systemctl list-jobs --plain --no-legend`. */
export function endTargetOf(jobs: string): EndTarget | undefined {
  return endTargets.find((name) => new RegExp(`^\\s*\\d+\\s+${name}\\.target\\s+start\\s`, 'm').test(jobs))
}

/** Returns why a life began. `before` is the last one in the history. */
export function causeOf(
  life: Pick<Life, 'bootId' | 'softReboots'>,
  ending: Ending | undefined,
  before: Life | undefined,
): LifeCause {
  // the same kernel goes on: only a soft reboot does that
  if (life.softReboots > 0) return 'soft-reboot'
  if (before === undefined) return 'power-on'
  if (ending === undefined || ending.bootId !== before.bootId) return 'unknown'
  if (ending.target === 'kexec' || ending.target === 'reboot') return ending.target
  return ending.target === 'soft-reboot' ? 'unknown' : 'power-on'
}
