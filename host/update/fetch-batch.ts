import type { Sys } from '../sys/sys.ts'
import type { Batch } from './batch.ts'
import { updateErrors as errors } from './errors.ts'
import { type AnswerHead, curlCommand, curlError, curlInput, publicUrl, readHead } from './http.ts'
import { places } from './places.ts'
import type { BundleSource } from './record.ts'

/** A batch that comes in. */
export type IncomingBatch = {
  readonly batch: Batch
  /** File that it goes to. */
  readonly path: string
  /** Waits for its end; `onBytes` gets now and then how many are there. */
  wait(onBytes: (bytes: number) => void): ReceivedBatch
  /** Gives up, and removes what came. */
  stop(): void
}

export type ReceivedBatch = {
  /** So many bytes of it are there; all when there is no error. */
  readonly bytes: number
  readonly error?: Error
  /** The server answers with the whole bundle, whatever part is asked for. */
  readonly rangesIgnored?: boolean
}

const longestNapMs = 100
/** A body without end is cut off not exactly at the limit, but somewhat before it. */
const excessBytes = 1024 * 1024

/** Fetches a batch by a request of its own into a file. `payloadAt` is where the payload begins in the bundle. */
export function startBatch(
  sys: Sys,
  source: BundleSource,
  payloadAt: number,
  batch: Batch,
  path: string,
): IncomingBatch {
  const { url, sizeBytes } = source
  const start = payloadAt + batch.storedAt
  const last = start + batch.storedBytes - 1
  const headFile = `${path}.head`
  sys.makeDirs(places.run, { mode: 0o700 })
  const options = ['--range', `${start}-${last}`, '--output', path]
  sys.writeFile(path, '', { mode: 0o600 })
  const limitBytes = batch.storedBytes + excessBytes
  const command = curlCommand(url, limitBytes, { headFile, options })
  const job = sys.start(command, { input: curlInput(url) })
  const sizeNow = () => Math.min(sys.stat(path)?.size ?? 0, batch.storedBytes)
  return {
    batch,
    path,
    wait(onBytes) {
      for (let napMs = 2; !job.ended; napMs = Math.min(napMs * 2, longestNapMs)) {
        sys.sleepMs(napMs)
        onBytes(sizeNow())
      }
      const { code, stderr } = job.wait()
      const head = readHead(sys, headFile)
      sys.remove(headFile)
      const bytes = sizeNow()
      // Also when it was there before anybody waited.
      onBytes(bytes)
      if (head.status === 200 && start > 0) return { bytes: 0, rangesIgnored: true }
      const wrong = rangeProblem(head, { start, last, sizeBytes })
      const expected = `${start}-${last}/${sizeBytes}`
      if (wrong !== undefined) return { bytes: 0, error: errors.badRange(publicUrl(url), expected, wrong) }
      // All is there; what came after it, or did not end, is of no interest.
      if (head.status === 206 && bytes === batch.storedBytes) return { bytes }
      if (code !== 0) return { bytes, error: curlError(url, limitBytes, head, { code, stderr }) }
      return { bytes, error: errors.cutShort(publicUrl(url), batch.storedBytes, bytes) }
    },
    stop() {
      job.stop()
      sys.remove(path)
      sys.remove(headFile)
    },
  }
}

/** What came in place of the part that was asked for; undefined when it is that part, or there was no such answer. */
export function rangeProblem(
  { status, fields }: AnswerHead,
  wanted: { start: number; last: number; sizeBytes: number },
): string | undefined {
  if (status !== 206) return undefined
  const found = fields.get('content-range') ?? 'none'
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(found)
  const fits =
    match !== null && Number(match[1]) === wanted.start && [String(wanted.sizeBytes), '*'].includes(match[3]!)
  return fits ? undefined : found
}
