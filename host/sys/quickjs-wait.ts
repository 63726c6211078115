import { errnoName } from './errno.ts'
import { ioError } from './errors.ts'
import { os } from './quickjs-modules.ts'

// QuickJS has a name for every signal but this one.
const sigkill = 9
const graceMs = 2000
const longestNapMs = 20

/** A program that this one has started. */
export class ChildProcess {
  readonly pid: number
  #code: number | undefined

  constructor(pid: number) {
    this.pid = pid
  }

  hasEnded(): boolean {
    if (this.#code !== undefined) return true
    const [ended, status] = os.waitpid(this.pid, os.WNOHANG)
    if (ended !== 0) this.#code = exitCode(ended, status)
    return ended !== 0
  }

  /**
   * Waits for its end; after `timeoutMs` it gets SIGTERM, and SIGKILL 2 s later.
   * `meanwhile` is called every few milliseconds; returns whether that is to be now.
   */
  waitFor(timeoutMs: number | undefined, meanwhile?: () => boolean): { code: number; timedOut: boolean } {
    if (this.#code === undefined && timeoutMs === undefined && meanwhile === undefined) {
      this.#code = exitCode(...os.waitpid(this.pid, 0))
    }
    let deadline = os.now() + (timeoutMs ?? Number.POSITIVE_INFINITY)
    let signalled = 0
    for (let napMs = 1; !this.hasEnded(); napMs = Math.min(napMs * 2, longestNapMs)) {
      const overdueMs = os.now() - deadline
      if (signalled === 0 && overdueMs >= 0) {
        os.kill(this.pid, os.SIGTERM)
        signalled = 1
      } else if (signalled === 1 && overdueMs >= graceMs) {
        os.kill(this.pid, sigkill)
        signalled = 2
      }
      if (meanwhile?.() === true) deadline = Math.min(deadline, os.now())
      os.sleep(napMs)
    }
    return { code: this.#code ?? 0, timedOut: signalled > 0 }
  }
}

function exitCode(ended: number, status: number): number {
  if (ended < 0) throw ioError('wait for a program', errnoName(-ended))
  const signal = status & 0x7f
  return signal === 0 ? (status >> 8) & 0xff : 128 + signal
}
