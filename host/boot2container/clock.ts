import type { Sys } from '../sys/sys.ts'
import type { Reporter } from './report.ts'
import { retry } from './retry.ts'

const timeoutMs = 5_000
/** By number: there is no /etc/services. */
const ntpPort = '123'

/**
 * Sets the clock by the time server. A machine whose clock cannot be set goes on: what needs the right time will say so.
 */
export function setClock(sys: Sys, report: Reporter, peer: string): void {
  const before = sys.nowMs()
  const startMs = sys.uptimeMs()
  try {
    const onPause = (_: unknown, pauseMs: number) => report.note(`No answer; again in ${pauseMs / 1000} s`)
    retry(sys, { tries: 3, firstPauseMs: 1_000, onPause }, () =>
      sys.mustRun(['rdate', '-n', '-o', ntpPort, peer], { timeoutMs }),
    )
  } catch (error) {
    report.warn({
      code: 'b2c/clock-not-set',
      message: `Cannot set the clock by ${peer}: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'Check b2c.ntp_peer; certificates may seem not yet valid, or expired',
    })
    return
  }
  const seconds = (sys.nowMs() - before - (sys.uptimeMs() - startMs)) / 1000
  report.note(`The clock was ${Math.abs(seconds).toFixed(1)} s ${seconds < 0 ? 'ahead' : 'behind'}`)
}
