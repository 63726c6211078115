import { settleOptions } from './options.ts'
import { formatData, formatOptionAck, parseAnswer } from './packet.ts'

/** The other end of a transfer: only what comes from there arrives here. */
export type Peer = {
  send(bytes: Uint8Array): void
  /** The next packet, or undefined when none comes within that time. */
  receive(timeoutMs: number): Promise<Uint8Array | undefined>
}

export type TransferSource = {
  readonly sizeBytes: number
  /** Returns as many bytes as asked for, fewer only at the end. */
  read(offset: number, length: number): Promise<Uint8Array>
}

export type TransferResult =
  | { readonly state: 'done'; readonly bytes: number }
  /** The client went away; `heard` says whether it ever answered. */
  | { readonly state: 'silent'; readonly heard: boolean }
  /** The client said that it does not want it, as PXE does when it only asks for the size. */
  | { readonly state: 'refused'; readonly message: string }

/** How often something is sent again. To one who has not answered yet less: its address may be forged. */
const repeats = { first: 2, later: 5 } as const

/**
 * Sends a file, one block at a time. An acknowledgement that comes twice has no effect: a block is sent again only when
 * none came in time, or one late packet would double all that follow. Source: RFC 1350; RFC 1123, 4.2.3.1
 */
export async function sendTransfer(
  peer: Peer,
  source: TransferSource,
  options: ReadonlyMap<string, string>,
): Promise<TransferResult> {
  const { blockBytes, timeoutMs, acknowledged } = settleOptions(options, source.sizeBytes)
  let heard = false
  const deliver = async (packet: Uint8Array, block: number): Promise<TransferResult | undefined> => {
    for (let left = heard ? repeats.later : repeats.first; left >= 0; left--) {
      peer.send(packet)
      const answer = await answerTo(peer, block, timeoutMs)
      if (answer === undefined) continue
      heard = true
      return answer === 'ack' ? undefined : { state: 'refused', message: answer.message }
    }
    return { state: 'silent', heard }
  }
  if (acknowledged.size > 0) {
    const ended = await deliver(formatOptionAck(acknowledged), 0)
    if (ended !== undefined) return ended
  }
  for (let at = 0, block = 1; ; at += blockBytes, block = (block + 1) & 0xffff) {
    const data = await source.read(at, blockBytes)
    const ended = await deliver(formatData(block, data), block)
    if (ended !== undefined) return ended
    if (data.length < blockBytes) return { state: 'done', bytes: at + data.length }
  }
}

/** What a client says to this block within the time; packets that are about something else are passed over. */
async function answerTo(
  peer: Peer,
  block: number,
  timeoutMs: number,
): Promise<'ack' | { readonly message: string } | undefined> {
  const until = performance.now() + timeoutMs
  for (let left = timeoutMs; left > 0; left = until - performance.now()) {
    const bytes = await peer.receive(left)
    if (bytes === undefined) return undefined
    const answer = parseAnswer(bytes)
    if (answer?.kind === 'error') return { message: answer.message }
    if (answer?.kind === 'ack' && answer.block === block) return 'ack'
  }
  return undefined
}
