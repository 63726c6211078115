import { type BatchFrame, cutWhere } from './batch.ts'
import type { Checkpoints } from './checkpoints.ts'
import { type FramesJob, type FrameTarget, startFrames } from './frames-job.ts'
import type { Session } from './session.ts'

/** Verifies frames and writes them to where they belong. */
export class BatchWriter {
  readonly #session: Session
  readonly #targets: ReadonlyMap<string, FrameTarget>
  readonly #checkpoints: Checkpoints

  constructor(session: Session, targets: ReadonlyMap<string, FrameTarget>, checkpoints: Checkpoints) {
    this.#session = session
    this.#targets = targets
    this.#checkpoints = checkpoints
  }

  /**
   * Returns when all frames, whose files are in `folder`, are written. Those after one that is damaged do not count.
   * The folder is removed.
   */
  write(folder: string, frames: readonly BatchFrame[]): void {
    const { sys } = this.#session
    const jobs: FramesJob[] = []
    try {
      for (const part of cutWhere(frames, ({ artefact }) => artefact))
        jobs.push(startFrames(sys, folder, part, this.#targets.get(part[0]!.artefact)))
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
        job.wait()
        for (const frame of job.frames) this.#checkpoints.wrote(frame)
      }
    } finally {
      for (const job of jobs) job.stop()
      sys.remove(folder, { recursive: true })
    }
  }
}
