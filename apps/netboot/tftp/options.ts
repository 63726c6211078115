/** How a transfer goes, after what a client asked for. */
export type TransferSettings = {
  readonly blockBytes: number
  readonly timeoutMs: number
  /** What is said about it before the first block; empty: nothing, the first block comes at once. */
  readonly acknowledged: ReadonlyMap<string, string>
}

const usualBlockBytes = 512
/** What fits an Ethernet frame behind the headers of IPv4, UDP and TFTP: no fragments, of which a lost one costs all. */
const largestBlockBytes = 1468
const usualTimeoutMs = 1000

/**
 * Settles `blksize`, `tsize` and `timeout`; other options, and values that make no sense, are passed over, as the client
 * then goes on without them. Sources: RFC 2347, 2348, 2349.
 */
export function settleOptions(asked: ReadonlyMap<string, string>, sizeBytes: number): TransferSettings {
  const acknowledged = new Map<string, string>()
  const settle = (name: string, least: number, most: number): number | undefined => {
    const text = asked.get(name) ?? ''
    const value = /^\d{1,10}$/.test(text) ? Number(text) : -1
    return value >= least && value <= most ? value : undefined
  }
  const wanted = settle('blksize', 8, 65_464)
  const blockBytes = Math.min(wanted ?? usualBlockBytes, largestBlockBytes)
  if (wanted !== undefined) acknowledged.set('blksize', String(blockBytes))
  if (settle('tsize', 0, 0xffff_ffff) !== undefined) acknowledged.set('tsize', String(sizeBytes))
  const seconds = settle('timeout', 1, 255)
  if (seconds !== undefined) acknowledged.set('timeout', String(seconds))
  return { blockBytes, timeoutMs: seconds === undefined ? usualTimeoutMs : seconds * 1000, acknowledged }
}
