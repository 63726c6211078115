import type { Sys } from '../sys/sys.ts'
import { type BatchFrame, makeBatchFolder } from './batch.ts'
import { updateErrors as errors } from './errors.ts'
import {
  type AnswerHead,
  type CurlRequest,
  curlCommand,
  curlError,
  curlInput,
  publicUrl,
  rangeProblem,
  readHead,
  tooLarge,
} from './http.ts'
import type { BundleSource } from './record.ts'

/** A batch that comes in. */
export type IncomingBatch = {
  /** Waits for its end; `onBytes` gets now and then how many are there. */
  wait(onBytes: (bytes: number) => void): ReceivedBatch
  /** Gives up, and removes what came. */
  stop(): void
}

export type ReceivedBatch = {
  /** Those that are whole; all when there is no error. */
  readonly frames: readonly BatchFrame[]
  readonly error?: Error
  /** The server answers with the whole bundle, whatever part is asked for. */
  readonly rangesIgnored?: boolean
}

const longestNapMs = 30
/** A body without end is cut off not exactly at the limit, but somewhat before it. */
const excessBytes = 1024 * 1024

/**
 * Fetches the frames of a batch by a request for each into the files of a folder that is made; one program does it on one
 * connection. `payloadAt` is where the payload begins in the bundle.
 */
export function startBatch(
  sys: Sys,
  source: BundleSource,
  payloadAt: number,
  batch: readonly BatchFrame[],
  folder: string,
): IncomingBatch {
  makeBatchFolder(sys, folder)
  const parts = batch.map((frame) => toPart(source, payloadAt, frame, folder))
  const job = sys.start(curlCommand, { input: curlInput(parts.map(({ request }) => request)) })
  return {
    wait(onBytes) {
      for (let napMs = 2; !job.ended; napMs = Math.min(napMs * 2, longestNapMs)) {
        sys.sleepMs(napMs)
        onBytes(parts.reduce((sum, part) => sum + sizeOf(sys, part), 0))
      }
      const received = judge(sys, source, parts, job.wait())
      // Also when it was there before anybody waited.
      onBytes(received.frames.reduce((sum, { storedBytes }) => sum + storedBytes, 0))
      return received
    },
    stop() {
      job.stop()
      sys.remove(folder, { recursive: true })
    },
  }
}

type Part = {
  readonly frame: BatchFrame
  readonly path: string
  readonly request: CurlRequest
  /** First and last byte in the bundle. */
  readonly start: number
  readonly last: number
}

function toPart({ url }: BundleSource, payloadAt: number, frame: BatchFrame, folder: string): Part {
  const start = payloadAt + frame.storedAt
  const last = start + frame.storedBytes - 1
  const path = `${folder}/${frame.file}`
  const options = { range: `${start}-${last}`, output: path }
  const limitBytes = frame.storedBytes + excessBytes
  return { frame, path, start, last, request: { url, limitBytes, headFile: `${path}.head`, options } }
}

function sizeOf(sys: Sys, { path, frame }: Part): number {
  return Math.min(sys.stat(path)?.size ?? 0, frame.storedBytes)
}

/** Looks at the answers in turn, up to the first that is not what was asked for. */
function judge(
  sys: Sys,
  { url, sizeBytes }: BundleSource,
  parts: readonly Part[],
  ending: { code: number; stderr: string },
): ReceivedBatch {
  const frames: BatchFrame[] = []
  for (const part of parts) {
    const { frame, path, request, start, last } = part
    const head = readHead(sys, request.headFile)
    if (head.status === 200 && start > 0) return { frames: [], rangesIgnored: true }
    const wrong = rangeProblem(head, { start, last, sizeBytes })
    const expected = `${start}-${last}/${sizeBytes}`
    if (wrong !== undefined) return { frames, error: errors.badRange(publicUrl(url), expected, wrong) }
    const bytes = sys.stat(path)?.size ?? 0
    if (head.status !== 206 || bytes < frame.storedBytes)
      return { frames, error: notReceived(part, bytes, head, ending) }
    // What came after it, or did not end, is of no interest.
    if (bytes > frame.storedBytes) sys.mustRun(['truncate', `--size=${frame.storedBytes}`, path])
    frames.push(frame)
  }
  return { frames }
}

function notReceived(
  { frame, request: { url, limitBytes } }: Part,
  bytes: number,
  head: AnswerHead,
  ending: { code: number; stderr: string },
): Error {
  // Without an answer to this request, it was the one before that did not end in time.
  const isExcess = ending.code === tooLarge && head.status === 0
  if (ending.code !== 0 && !isExcess) return curlError(url, limitBytes, head, ending)
  return errors.cutShort(publicUrl(url), frame.storedBytes, bytes)
}
