import type { PlacedFrame } from '@afloat/release'
import type { Sys } from '../sys/sys.ts'

/** A frame of a batch, and the file in the batch's folder that holds it as it lies in the bundle. */
export type BatchFrame = PlacedFrame & { readonly file: string }

/** 16 MiB at most; in memory are a batch that comes in, one that is verified, and what that is unpacked to. */
const framesInBatch = 4

/** Cuts a list of frames into batches: frames that lie one after the other and are fetched together. */
export function toBatches(frames: readonly PlacedFrame[]): BatchFrame[][] {
  const batches: BatchFrame[][] = []
  for (let at = 0; at < frames.length; at += framesInBatch)
    batches.push(
      frames.slice(at, at + framesInBatch).map((frame, index) => ({ ...frame, file: String(index) })),
    )
  return batches
}

/** Cuts a list of frames where something about them changes from one to the next. */
export function cutWhere(
  frames: readonly BatchFrame[],
  trait: (frame: BatchFrame) => string | boolean,
): BatchFrame[][] {
  const parts: BatchFrame[][] = []
  for (const frame of frames) {
    const last = parts.at(-1)
    if (last !== undefined && trait(last[0]!) === trait(frame)) last.push(frame)
    else parts.push([frame])
  }
  return parts
}

/** Makes the folder of a batch, empty: a run that was killed may have left something there. */
export function makeBatchFolder(sys: Sys, folder: string): void {
  sys.remove(folder, { recursive: true })
  sys.makeDirs(folder, { mode: 0o700 })
}
