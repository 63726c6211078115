import type { PlacedFrame } from '@afloat/release'
import type { Checkpoints } from './checkpoints.ts'
import { type FrameTarget, startFrame } from './frame-job.ts'
import { places } from './places.ts'
import type { Session } from './session.ts'

/** Verifies frames and writes them to where they belong, those of a batch beside each other. */
export class BatchWriter {
  readonly #session: Session
  readonly #targets: ReadonlyMap<string, FrameTarget>
  readonly #checkpoints: Checkpoints

  constructor(session: Session, targets: ReadonlyMap<string, FrameTarget>, checkpoints: Checkpoints) {
    this.#session = session
    this.#targets = targets
    this.#checkpoints = checkpoints
  }

  /** Returns when all frames are written. Those after one that is damaged do not count. The file is removed. */
  write(frames: readonly PlacedFrame[], file: { readonly path: string; readonly storedAt: number }): void {
    const { sys } = this.#session
    const jobs = frames.map((frame, index) => {
      const source = { path: file.path, offset: frame.storedAt - file.storedAt }
      const target = this.#targets.get(frame.artefact)
      return startFrame(sys, frame, source, target, `${places.run}/frame-${index}`)
    })
    try {
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
        job.wait()
        this.#checkpoints.wrote(job.frame)
      }
    } finally {
      for (const job of jobs) job.stop()
      sys.remove(file.path)
    }
  }
}
