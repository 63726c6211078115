import type { StageTime } from './progress.ts'

/** What the demo has measured; `--json` prints it as it is. What is not there was not reached. */
export type DemoFacts = {
  ok: boolean
  from?: string
  to?: string
  action?: string
  survivors?: { name: string; pidBefore: number; pidAfter: number }[]
  ordinary?: { name: string; downSeconds: number }[]
  /** From before the release was published until the update was done; asked of the survivor. */
  requests?: { total: number; failed: number; maxGapMs: number; p99Ms: number }
  /** How long what does not survive was away, for a soft reboot and a full one of the same machine. */
  softRebootSeconds?: number
  fullRebootSeconds?: number
  /** Whether the slot of the release before could be opened for this process alone, and nothing held it. */
  oldSlotFree?: boolean
  rollback?: { to: string; reason: string; requestsFailed: number }
  vm?: { accel: string }
  stages: readonly StageTime[]
  error?: { code: string; message: string; hint?: string }
}

/** The end of the demo's output for people. */
export function summarize(facts: DemoFacts): string {
  if (facts.error !== undefined) {
    const hint = facts.error.hint === undefined ? [] : [`hint: ${facts.error.hint}`]
    return ['', `error: ${facts.error.message} (${facts.error.code})`, ...hint].join('\n')
  }
  const { survivors = [], ordinary = [], requests, rollback } = facts
  const total = facts.stages.reduce((sum, { seconds }) => sum + seconds, 0)
  return [
    '',
    `The operating system was replaced, ${facts.from} by ${facts.to}, with a ${facts.action}:`,
    ...survivors.map(
      ({ name, pidBefore, pidAfter }) =>
        `  "${name}" kept running: process ${pidBefore} before, ${pidAfter} after;`,
    ),
    `    of ${requests?.total} requests ${requests?.failed} failed, 99 % were answered within ${round(requests?.p99Ms)} ms,`,
    `    and the longest time without an answer was ${round(requests?.maxGapMs)} ms`,
    ...ordinary.map(
      ({ name, downSeconds }) => `  "${name}", which is not to survive, was away for ${downSeconds} s`,
    ),
    `  the slot of ${facts.from} is free to be written: ${facts.oldSlotFree ? 'yes' : 'no'}`,
    `A broken release was tried and left again for ${rollback?.to}, while ${rollback?.requestsFailed} requests failed:`,
    `  ${rollback?.reason}`,
    `A full reboot of the same machine takes ${facts.fullRebootSeconds} s, this one took ${facts.softRebootSeconds} s`,
    `Everything took ${total.toFixed(0)} s, under ${facts.vm?.accel === 'kvm' ? 'KVM' : 'software emulation'}`,
    '',
    'Next: ./afloat run examples/web.yaml --port 8000:80',
  ].join('\n')
}

function round(value: number | undefined): string {
  return value === undefined ? '?' : value.toFixed(0)
}
