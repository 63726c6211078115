import type { Sys } from '../sys/sys.ts'

/** What tells this life from others. */
export type ThisLife = {
  readonly id: string
  readonly bootId: string
  readonly softReboots: number
}

/** Throws `sys/command-failed` when systemd does not answer. */
export function readThisLife(sys: Sys): ThisLife {
  const bootId = (sys.readText('/proc/sys/kernel/random/boot_id') ?? '').trim().replaceAll('-', '')
  const softReboots = Number(
    sys.mustRun(['systemctl', 'show', '--property=SoftRebootsCount', '--value']).trim(),
  )
  return { id: `${bootId}-${softReboots}`, bootId, softReboots }
}

/** When PID 1 of this life started, and when the last one began to end; milliseconds since 1970. */
export type Timestamps = { readonly startedAtMs: number; readonly previousEndedAtMs: number | undefined }

/** Throws `sys/command-failed` when systemd does not answer. */
export function readTimestamps(sys: Sys): Timestamps {
  const names = ['UserspaceTimestamp', 'ShutdownStartTimestamp'].map((name) => `--property=${name}`)
  const text = sys.mustRun(['systemctl', 'show', '--timestamp=us+utc', ...names])
  return {
    startedAtMs: parseTimestamp(text, 'UserspaceTimestamp') ?? sys.nowMs(),
    previousEndedAtMs: parseTimestamp(text, 'ShutdownStartTimestamp'),
  }
}

/** Reads "NAME=Fri 2026-11-20 12:06:10.908416 UTC"; undefined when there is no time. */
function parseTimestamp(text: string, name: string): number | undefined {
  const match = new RegExp(
    `^${name}=\\S+ (\\d{4}-\\d{2}-\\d{2}) (\\d{2}:\\d{2}:\\d{2}\\.\\d{3})\\d* UTC$`,
    'm',
  ).exec(text)
  return match === null ? undefined : Date.parse(`${match[1]}T${match[2]}Z`)
}
