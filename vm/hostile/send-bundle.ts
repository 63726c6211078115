import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseRange } from '@afloat/server/bundles/range'
import type { HostileBehaviour } from './behaviours.ts'
import type { BentBundle } from './bent-bundle.ts'
import { sendAll, slowly } from './send.ts'

/** Answers a request for the bundle. `attempt` counts them, from 0. */
export async function sendBundle(
  request: IncomingMessage,
  response: ServerResponse,
  { behaviour, bundle, attempt }: { behaviour: HostileBehaviour; bundle: BentBundle; attempt: number },
): Promise<void> {
  if (behaviour === 'http-500' || behaviour === 'http-404') {
    response.writeHead(behaviour === 'http-500' ? 500 : 404).end('no')
    return
  }
  const size = bundle.sizeBytes
  const ignored = behaviour === 'range-ignored' && attempt > 0
  const range = ignored ? 'whole' : parseRange(request.headers.range, size)
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'Content-Range': `bytes */${size}` }).end()
    return
  }
  const { first, last } = range === 'whole' ? { first: 0, last: size - 1 } : range
  const shift = attempt > 0 ? shiftOf(behaviour, first) : { bytes: 0, numbers: 0 }
  const without = behaviour === 'endless-body' || behaviour === 'endless-manifest'
  response.writeHead(range === 'whole' ? 200 : 206, {
    'Content-Type': 'application/octet-stream',
    'Accept-Ranges': 'bytes',
    ...(without ? {} : { 'Content-Length': last - first + 1 }),
    ...(range === 'whole'
      ? {}
      : { 'Content-Range': `bytes ${first + shift.numbers}-${last + shift.numbers}/${size}` }),
  })
  const stopAt = stopOf(behaviour, attempt, size)
  const bytes = bundle.read(first + shift.bytes, Math.min(last + 1, Math.max(first, stopAt)) + shift.bytes)
  if (behaviour === 'slow') return await sendAll(response, slowly(bytes))
  if (without) return await sendAll(response, thenZeros(bytes))
  await sendAll(response, bytes, last + 1 <= stopAt)
  if (last + 1 <= stopAt || behaviour === 'stall') return
  response.destroy()
}

/** Where it stops sending, counted from the start of the bundle. */
function stopOf(behaviour: HostileBehaviour, attempt: number, size: number): number {
  switch (behaviour) {
    case 'close-at-99':
      return Math.floor(size * 0.99)
    case 'stall':
      return Math.floor(size / 2)
    case 'close-once':
    case 'range-ignored':
    case 'wrong-content-range':
    case 'wrong-range-bytes':
      return attempt === 0 ? Math.floor(size / 2) : size
    default:
      return size
  }
}

/** By how much the bytes, and the numbers in Content-Range, are wrong. */
function shiftOf(behaviour: HostileBehaviour, first: number): { bytes: number; numbers: number } {
  const back = -Math.min(first, 4096)
  if (behaviour === 'wrong-content-range') return { bytes: back, numbers: back }
  if (behaviour === 'wrong-range-bytes') return { bytes: back, numbers: 0 }
  return { bytes: 0, numbers: 0 }
}

async function* thenZeros(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  yield* bytes
  const zeros = new Uint8Array(65_536)
  for (;;) yield zeros
}
