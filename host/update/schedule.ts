import type { Sys } from '../sys/sys.ts'
import { ordinaryMs } from './backoff.ts'
import type { UpdateRecord } from './record.ts'

const unit = 'afloat-update-soon'

/**
 * Has systemd start the next run when the record wants it earlier than the ordinary timer comes. Nothing of it
 * outlives a reboot: after that the ordinary timer starts over. `wantedAtMs`: what else a run is wanted for, and when.
 */
export function scheduleNext(sys: Sys, { check }: UpdateRecord, wantedAtMs?: number): void {
  sys.run(['systemctl', 'stop', `${unit}.timer`], { timeoutMs: 30_000 })
  const checkInMs = check.nextMs === undefined ? ordinaryMs : check.nextMs - sys.nowMs()
  const wantedInMs = wantedAtMs === undefined ? Number.POSITIVE_INFINITY : wantedAtMs - sys.nowMs()
  // The ordinary timer comes a random while later than that.
  const inMs = Math.min(checkInMs < ordinaryMs ? checkInMs : Number.POSITIVE_INFINITY, wantedInMs)
  if (inMs === Number.POSITIVE_INFINITY) return
  const seconds = Math.max(Math.ceil(inMs / 1000), 1)
  const timer = [`--on-active=${seconds}s`, '--timer-property=AccuracySec=1s']
  const { code, stderr } = sys.run(
    [
      'systemd-run',
      '--quiet',
      '--collect',
      `--unit=${unit}`,
      ...timer,
      'systemctl',
      'start',
      '--no-block',
      'afloat-update.service',
    ],
    { timeoutMs: 30_000 },
  )
  if (code !== 0) sys.log(`afloat: cannot schedule the next update check in ${seconds} s: ${stderr.trim()}`)
}
