import type { Job, PipeReader, Sys } from '../sys/sys.ts'
import { decodeUtf8 } from '../sys/utf8.ts'
import { type BatchFrame, makeBatchFolder } from './batch.ts'
import { updateErrors as errors } from './errors.ts'
import {
  type AnswerHead,
  type CurlRequest,
  curlCommand,
  curlError,
  curlInput,
  parseHead,
  publicUrl,
  rangeProblem,
  readHead,
  tooLarge,
} from './http.ts'
import { places } from './places.ts'
import type { BundleSource } from './record.ts'

export type ReceivedBatch = {
  /** Holds the files of its frames. */
  readonly folder: string
  /** Those that are whole; all when there is no error. */
  readonly frames: readonly BatchFrame[]
  readonly error?: Error
  /** The server answers with the whole bundle, whatever part is asked for. */
  readonly rangesIgnored?: boolean
}

const longestNapMs = 30
/** A body without end is cut off not exactly at the limit, but somewhat before it. */
const excessBytes = 1024 * 1024
const home = `${places.run}/batches`

/**
 * Batches of frames on their way into the files of a folder for each, by a request for each frame. One program fetches all
 * of them on one connection, for starting it costs as much as 7 MB do under software emulation. Only so many are in memory as
 * were let in: where the head of a batch's first answer is to go lies a named pipe, which nobody opens for writing before
 * it is opened for reading. `payloadAt` is where the payload begins in the bundle.
 */
export class BatchesFetch {
  readonly #sys: Sys
  readonly #source: BundleSource
  readonly #batches: readonly (readonly Part[])[]
  #admitted = 0
  #job: Job | undefined
  #gate: PipeReader | undefined

  constructor(
    sys: Sys,
    source: BundleSource,
    payloadAt: number,
    batches: readonly (readonly BatchFrame[])[],
  ) {
    this.#sys = sys
    this.#source = source
    this.#batches = batches.map((batch, index) =>
      batch.map((frame, nth) => toPart(source, payloadAt, frame, folderOf(index), nth === 0)),
    )
    makeBatchFolder(sys, home)
    for (const index of batches.keys()) sys.makeDirs(folderOf(index), { mode: 0o700 })
    sys.mustRun(['mkfifo', ...this.#batches.map((parts) => parts[0]!.request.headFile)])
  }

  /** Lets the next batch come in. */
  admit(): void {
    const index = this.#admitted++
    this.#gate?.close()
    this.#gate = this.#sys.openPipe(this.#batches[index]![0]!.request.headFile)
    const requests = this.#batches.slice(index).flatMap((parts) => parts.map(({ request }) => request))
    this.#job ??= this.#sys.start(curlCommand, { input: curlInput(requests) })
  }

  /** Waits for the batch that was let in last; `onBytes` gets now and then how many of it are there. */
  wait(onBytes: (bytes: number) => void): ReceivedBatch {
    const index = this.#admitted - 1
    const parts = this.#batches[index]!
    let firstHead = ''
    const readGate = () => {
      firstHead += decodeUtf8(this.#gate!.read())
    }
    const job = this.#job!
    const bytesOf = (part: Part) => Math.min(sizeOf(this.#sys, part), part.frame.storedBytes)
    const bytesSoFar = () => parts.reduce((sum, part) => sum + bytesOf(part), 0)
    const wanted = parts.reduce((sum, { frame }) => sum + frame.storedBytes, 0)
    for (let napMs = 2, bytes = bytesSoFar(); !job.ended && bytes < wanted; bytes = bytesSoFar()) {
      readGate()
      onBytes(bytes)
      this.#sys.sleepMs(napMs)
      napMs = Math.min(napMs * 2, longestNapMs)
    }
    readGate()
    const heads = parts.map((part, nth) =>
      nth === 0 ? parseHead(firstHead) : readHead(this.#sys, part.request.headFile),
    )
    const received = judge(
      this.#sys,
      this.#source,
      parts,
      heads,
      this.#end(job, parts.at(-1)!, heads.at(-1)!),
    )
    // Also when it was there before anybody waited.
    onBytes(received.frames.reduce((sum, { storedBytes }) => sum + storedBytes, 0))
    return { folder: folderOf(index), ...received }
  }

  /** Gives up what has not come yet, and removes what is left of what came. */
  stop(): void {
    this.#job?.stop()
    this.#gate?.close()
    this.#sys.remove(home, { recursive: true })
  }

  /** Ends the program when it may still write to the last frame: its answer is longer than it said, or did not say. */
  #end(job: Job, last: Part, head: AnswerHead): Ending {
    if (job.ended) {
      this.#job = undefined
      return job.wait()
    }
    if (head.fields.get('content-length') !== String(last.frame.storedBytes)) {
      this.#job = undefined
      job.stop()
    }
    return { code: 0, stderr: '' }
  }
}

function folderOf(index: number): string {
  return `${home}/${index}`
}

type Part = {
  readonly frame: BatchFrame
  readonly path: string
  readonly request: CurlRequest
  /** First and last byte in the bundle. */
  readonly start: number
  readonly last: number
}

/** How curl ended; 0 also while it runs. */
type Ending = { readonly code: number; readonly stderr: string }

function toPart(
  { url }: BundleSource,
  payloadAt: number,
  frame: BatchFrame,
  folder: string,
  isFirst: boolean,
): Part {
  const start = payloadAt + frame.storedAt
  const last = start + frame.storedBytes - 1
  const path = `${folder}/${frame.file}`
  const headFile = isFirst ? `${folder}/gate` : `${path}.head`
  const options = { range: `${start}-${last}`, output: path }
  const limitBytes = frame.storedBytes + excessBytes
  return { frame, path, start, last, request: { url, limitBytes, headFile, options } }
}

function sizeOf(sys: Sys, { path }: Part): number {
  return sys.stat(path)?.size ?? 0
}

/** Looks at the answers in turn, up to the first that is not what was asked for. */
function judge(
  sys: Sys,
  { url, sizeBytes }: BundleSource,
  parts: readonly Part[],
  heads: readonly AnswerHead[],
  ending: Ending,
): Omit<ReceivedBatch, 'folder'> {
  const frames: BatchFrame[] = []
  for (const [nth, part] of parts.entries()) {
    const { frame, path, start, last } = part
    const head = heads[nth]!
    if (head.status === 200 && start > 0) return { frames: [], rangesIgnored: true }
    const wrong = rangeProblem(head, { start, last, sizeBytes })
    const expected = `${start}-${last}/${sizeBytes}`
    if (wrong !== undefined) return { frames, error: errors.badRange(publicUrl(url), expected, wrong) }
    const bytes = sizeOf(sys, part)
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
  ending: Ending,
): Error {
  // Without an answer to this request, it was the one before that did not end in time.
  const isExcess = ending.code === tooLarge && head.status === 0
  if (ending.code !== 0 && !isExcess) return curlError(url, limitBytes, head, ending)
  return errors.cutShort(publicUrl(url), frame.storedBytes, bytes)
}
