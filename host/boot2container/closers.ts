import { AfloatError } from '@afloat/report'
import type { Reporter } from './report.ts'

/** What must be closed again, in the opposite order. One that fails does not keep the others from it. */
export class Closers {
  readonly #report: Reporter
  readonly #closers: (() => void)[] = []

  constructor(report: Reporter) {
    this.#report = report
  }

  add(close: () => void): void {
    this.#closers.push(close)
  }

  close(): void {
    for (const close of this.#closers.splice(0).reverse()) {
      try {
        close()
      } catch (error) {
        if (!(error instanceof AfloatError)) throw error
        this.#report.note(`WARNING: ${error.message} (${error.code})`)
      }
    }
  }
}
