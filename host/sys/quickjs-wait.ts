import { errnoName } from './errno.ts'
import { ioError } from './errors.ts'
import { os } from './quickjs-modules.ts'

// QuickJS has a name for every signal but this one.
const sigkill = 9
const graceMs = 2000
const longestNapMs = 20

/**
 * Waits for the end of a program; after `timeoutMs` it gets SIGTERM, and SIGKILL 2 s later.
 * `meanwhile` is called every few milliseconds.
 */
export function waitFor(
  pid: number,
  timeoutMs: number | undefined,
  meanwhile?: () => void,
): { code: number; timedOut: boolean } {
  if (timeoutMs === undefined && meanwhile === undefined)
    return { code: exitCode(os.waitpid(pid, 0)), timedOut: false }
  const deadline = os.now() + (timeoutMs ?? Number.POSITIVE_INFINITY)
  let signalled = 0
  for (let napMs = 1; ; napMs = Math.min(napMs * 2, longestNapMs)) {
    const [ended, status] = os.waitpid(pid, os.WNOHANG)
    if (ended !== 0) return { code: exitCode([ended, status]), timedOut: signalled > 0 }
    const overdueMs = os.now() - deadline
    if (signalled === 0 && overdueMs >= 0) {
      os.kill(pid, os.SIGTERM)
      signalled = 1
    } else if (signalled === 1 && overdueMs >= graceMs) {
      os.kill(pid, sigkill)
      signalled = 2
    }
    meanwhile?.()
    os.sleep(napMs)
  }
}

function exitCode([ended, status]: [number, number]): number {
  if (ended < 0) throw ioError('wait for a program', errnoName(-ended))
  const signal = status & 0x7f
  return signal === 0 ? (status >> 8) & 0xff : 128 + signal
}
