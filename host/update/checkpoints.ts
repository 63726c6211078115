import type { PlacedFrame } from '@afloat/release'
import { places } from './places.ts'
import type { Session } from './session.ts'
import { progress } from './transitions.ts'

/** After so long, and at the end, what was written is flushed and written down: a slow line loses no more than that. */
const betweenMs = 10_000

/** People look no more often than this. */
const betweenShowsMs = 300

/**
 * Keeps the record in step with the medium. A flush runs beside the transfer, and counts once it has ended: the record
 * never says more than what is on the medium.
 */
export class Checkpoints {
  readonly #session: Session
  readonly #totalBytes: number
  #written: number
  #flush: { framesDone: number; wait(): void } | undefined
  #flushed: number
  #flushedAtMs: number
  #kernelImageTouched = false
  #shownAtMs = Number.NEGATIVE_INFINITY

  constructor(session: Session, frames: readonly PlacedFrame[]) {
    this.#session = session
    this.#written = session.expect('writing').framesDone
    this.#flushed = this.#written
    this.#flushedAtMs = session.sys.uptimeMs()
    this.#totalBytes = frames.reduce((sum, { storedBytes }) => sum + storedBytes, 0)
  }

  /** To be called for each frame in turn, once it was written. */
  wrote(frame: PlacedFrame): void {
    this.#written++
    if (frame.artefact === 'uki') this.#kernelImageTouched = true
    if (this.#session.sys.uptimeMs() - this.#flushedAtMs >= betweenMs) this.#startFlush()
  }

  /** Tells people that so many bytes of the payload have come in. */
  show(bytesDone: number): void {
    const nowMs = this.#session.sys.uptimeMs()
    if (bytesDone < this.#totalBytes && nowMs - this.#shownAtMs < betweenShowsMs) return
    this.#shownAtMs = nowMs
    const { version } = this.#session.expect('writing').target
    this.#session.show({ step: 'write', version, bytesDone, bytesTotal: this.#totalBytes })
  }

  /** Returns when all that was written is on the medium and in the record. */
  finish(): void {
    this.#settle()
    if (this.#written === this.#flushed) return
    this.#startFlush()
    this.#settle()
  }

  #startFlush(): void {
    this.#settle()
    if (this.#kernelImageTouched) this.#session.sys.sync(places.uki)
    this.#kernelImageTouched = false
    this.#flushedAtMs = this.#session.sys.uptimeMs()
    this.#flush = { framesDone: this.#written, wait: this.#session.host.startSlotSync().wait }
  }

  #settle(): void {
    const flush = this.#flush
    this.#flush = undefined
    if (flush === undefined) return
    flush.wait()
    this.#flushed = flush.framesDone
    this.#session.change(progress(this.#session.record, flush.framesDone))
  }
}
