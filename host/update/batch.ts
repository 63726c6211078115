import type { PlacedFrame } from '@afloat/release'

/** Frames that lie one after the other in a bundle and are fetched by one request. */
export type Batch = {
  readonly frames: readonly PlacedFrame[]
  /** First byte from the start of the payload, and how many there are. */
  readonly storedAt: number
  readonly storedBytes: number
}

/** 12 MiB; two are in memory at once: one that comes in, and one that is verified and written. */
const framesInBatch = 3

/** Cuts a list of frames into batches. */
export function toBatches(frames: readonly PlacedFrame[]): Batch[] {
  const batches: Batch[] = []
  for (let at = 0; at < frames.length; at += framesInBatch) {
    const part = frames.slice(at, at + framesInBatch)
    const storedBytes = part.reduce((sum, frame) => sum + frame.storedBytes, 0)
    batches.push({ frames: part, storedAt: part[0]!.storedAt, storedBytes })
  }
  return batches
}

/** The frames of a batch that are whole when so many of its bytes are there. */
export function wholeFrames({ frames, storedAt }: Batch, bytes: number): PlacedFrame[] {
  return frames.filter((frame) => frame.storedAt + frame.storedBytes - storedAt <= bytes)
}
