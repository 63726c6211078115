import { listFrames, type PlacedFrame, payloadStart } from '@afloat/release'
import type { Sys } from '../sys/sys.ts'
import { type BatchFrame, makeBatchFolder, toBatches } from './batch.ts'
import { BatchWriter } from './batch-writer.ts'
import { checkRoom } from './check-room.ts'
import { Checkpoints } from './checkpoints.ts'
import { BatchesFetch } from './fetch-batches.ts'
import type { FetchedRelease } from './fetch-release.ts'
import type { FrameTarget } from './frames-job.ts'
import { withRetries } from './network-retries.ts'
import { openBundle } from './open-bundle.ts'
import { places } from './places.ts'
import type { Session } from './session.ts'
import { clear, rewind } from './transitions.ts'

/**
 * Brings the release of the state `writing` to the other slot and its kernel image to `places.uki`, from wherever an
 * earlier run got to. A frame is written only after it was found to be what was signed. On return all is on the medium.
 * Throws what stands in the way; what was verified by then is kept, and counts at the next call.
 */
export function writeRelease(session: Session, release: FetchedRelease): void {
  const { host, sys } = session
  const frames = listFrames(release.manifest)
  reuseKernelImage(session, frames)
  checkRoom(session, release.manifest, sys.stat(places.uki)?.size ?? 0)
  // Something that still uses the slot shows here, before anything is given up.
  const slot = host.openSlot()
  try {
    if (!session.expect('writing').cleared) {
      host.clearSlot()
      session.change(clear(session.record, session.at))
    }
    if (firstOf(frames, 'uki') >= session.expect('writing').framesDone)
      sys.writeFile(places.uki, '', { mode: 0o600 })
    const startMs = sys.uptimeMs()
    const { framesDone } = session.expect('writing')
    withRetries(
      sys,
      () => transfer(session, release, frames),
      () => session.expect('writing').framesDone,
    )
    logSpeed(sys, frames.slice(framesDone), sys.uptimeMs() - startMs)
  } finally {
    slot.close()
  }
}

function logSpeed(sys: Sys, frames: readonly PlacedFrame[], tookMs: number): void {
  const megabytes = frames.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6
  sys.log(
    `afloat: ${megabytes.toFixed(1)} MB fetched, verified and written in ${(tookMs / 1000).toFixed(2)} s`,
  )
}

/** Goes back to where the kernel image begins when the file with its first part is not there any more. */
function reuseKernelImage(session: Session, frames: readonly PlacedFrame[]): void {
  const { framesDone } = session.expect('writing')
  const needBytes = frames
    .slice(0, framesDone)
    .filter(({ artefact }) => artefact === 'uki')
    .reduce((sum, { bytes }) => sum + bytes, 0)
  if ((session.sys.stat(places.uki)?.size ?? 0) < needBytes)
    session.change(rewind(session.record, firstOf(frames, 'uki')))
}

function firstOf(frames: readonly PlacedFrame[], artefact: string): number {
  return frames.findIndex((frame) => frame.artefact === artefact)
}

/** Artefacts without a place here are for machines that know more. */
function targetsOf({ sys, host }: Session): ReadonlyMap<string, FrameTarget> {
  const paths = { ...host.slotPaths(), uki: places.uki }
  return new Map(
    Object.entries(paths).map(([name, path]) => [name, { path, isDevice: sys.stat(path)?.kind === 'block' }]),
  )
}

function transfer(session: Session, release: FetchedRelease, frames: readonly PlacedFrame[]): void {
  const left = toBatches(frames.slice(session.expect('writing').framesDone))
  const checkpoints = new Checkpoints(session, frames)
  const writer = new BatchWriter(session, targetsOf(session), checkpoints)
  try {
    fetchByRanges(session, release, left, writer, checkpoints)
  } finally {
    // Whatever ended the transfer, the frames before that are good.
    checkpoints.finish()
  }
}

/** While a batch is verified and written, the next one comes in. */
function fetchByRanges(
  session: Session,
  release: FetchedRelease,
  batches: readonly BatchFrame[][],
  writer: BatchWriter,
  checkpoints: Checkpoints,
): void {
  if (batches.length === 0) return
  const payloadAt = payloadStart(release.head)
  const fetch = new BatchesFetch(session.sys, release.source, payloadAt, batches)
  try {
    fetch.admit()
    for (const [index, batch] of batches.entries()) {
      const { storedAt } = batch[0]!
      const received = fetch.wait((bytes) => checkpoints.show(storedAt + bytes))
      if (received.rangesIgnored === true) {
        fetchAsStream(session, release, batches.slice(index), writer)
        return
      }
      if (received.error === undefined && index + 1 < batches.length) fetch.admit()
      writer.write(received.folder, received.frames)
      if (received.error !== undefined) throw received.error
    }
  } finally {
    fetch.stop()
  }
}

/** For servers that know no ranges: one answer, read to the end. */
function fetchAsStream(
  { sys }: Session,
  release: FetchedRelease,
  batches: readonly BatchFrame[][],
  writer: BatchWriter,
): void {
  const [first, last] = [batches[0]![0]!, batches.at(-1)!.at(-1)!]
  const payloadAt = payloadStart(release.head)
  const range = { start: payloadAt + first.storedAt, end: payloadAt + last.storedAt + last.storedBytes }
  const reader = openBundle(sys, release.source, range)
  const folder = `${places.run}/batch`
  try {
    for (const batch of batches) {
      makeBatchFolder(sys, folder)
      for (const { file, storedBytes } of batch) {
        const bytes = new Uint8Array(storedBytes)
        reader.read(bytes)
        sys.writeFile(`${folder}/${file}`, bytes, { mode: 0o600 })
      }
      writer.write(folder, batch)
    }
  } finally {
    reader.close()
    sys.remove(folder, { recursive: true })
  }
}
