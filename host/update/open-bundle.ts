import type { ByteStream, Sys } from '../sys/sys.ts'
import { updateErrors as errors } from './errors.ts'
import { curlCommand, curlError, curlInput, publicUrl, rangeProblem, readHead } from './http.ts'
import { places } from './places.ts'

const headFile = `${places.run}/bundle.head`
const skippedAtOnce = 1024 * 1024

/** A part of a bundle that is being fetched. */
export type BundleReader = {
  /** Fills all of `target`. Throws `update/cut-short` or the reason why no more came. */
  read(target: Uint8Array): void
  /** Ends the transfer, whether or not it came to its end. */
  close(): void
}

/**
 * Fetches the bytes `start` to `end` (the one after the last) of a bundle of `sizeBytes`.
 * No more is read than that, whatever the server sends. A server that knows no ranges sends all, and what comes
 * before `start` is read past. Errors come from `read()`; throws nothing itself.
 */
export function openBundle(
  sys: Sys,
  source: { readonly url: string; readonly sizeBytes: number },
  { start, end }: { start: number; end: number },
): BundleReader {
  const { url, sizeBytes } = source
  sys.makeDirs(places.run, { mode: 0o700 })
  const request = { url, limitBytes: sizeBytes, headFile, options: { range: `${start}-${end - 1}` } }
  const stream = sys.openStream(curlCommand, { input: curlInput([request]) })
  const known = { url, shown: publicUrl(url), sizeBytes, start, end }
  let position = start
  let begun = false
  let open = true
  const close = () => {
    if (open) stream.close()
    open = false
  }
  const fail = (): never => {
    open = false
    const ending = stream.close()
    if (ending.code !== 0) throw curlError(url, sizeBytes, readHead(sys, headFile), ending)
    throw errors.cutShort(known.shown, end - start, position - start)
  }
  return {
    read(target) {
      let filled = 0
      if (!begun) {
        // The first byte is waited for: with it the head of the answer is complete.
        filled = stream.fill(target.subarray(0, 1))
        if (filled === 0) fail()
        begun = true
        if (!skipTo(sys, stream, target, known)) fail()
      }
      filled += stream.fill(target.subarray(filled))
      position += filled
      if (filled < target.length) fail()
    },
    close,
  }
}

type Known = { shown: string; sizeBytes: number; start: number; end: number }

/**
 * Looks at the head of the answer and sees to it that the first byte of `target` is the one at `start`.
 * Returns false when the answer ended before that.
 */
function skipTo(sys: Sys, stream: ByteStream, target: Uint8Array, known: Known): boolean {
  const head = readHead(sys, headFile)
  const { shown, sizeBytes, start, end } = known
  const expected = `${start}-${end - 1}/${sizeBytes}`
  const wrong = rangeProblem(head, { start, last: end - 1, sizeBytes })
  if (wrong !== undefined) throw errors.badRange(shown, expected, wrong)
  const { status } = head
  if (status === 206) return true
  if (status !== 200) throw errors.badRange(shown, expected, `HTTP ${status}`)
  if (start === 0) return true
  // One byte was read already; the one at `start` takes its place.
  let left = start - 1
  const scratch = new Uint8Array(Math.min(Math.max(left, 1), skippedAtOnce))
  while (left > 0) {
    const count = stream.fill(scratch.subarray(0, Math.min(left, scratch.length)))
    if (count === 0) return false
    left -= count
  }
  return stream.fill(target.subarray(0, 1)) === 1
}
