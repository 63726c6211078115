import { releaseError } from './errors.ts'
import { manifestLimits } from './manifest.ts'

/** The first line of a bundle: how long are the parts that come before the payload. */
export type BundleHead = {
  readonly manifestBytes: number
  readonly signatureBytes: number
}

/** Size of the first line, with the line break. */
export const headBytes = 64

const magic = 'afloat-bundle '
const formatVersion = 1

/** Writes the first line. Throws RangeError when a size is outside of what `parseBundleHead` takes. */
export function formatBundleHead({ manifestBytes, signatureBytes }: BundleHead): Uint8Array {
  const within = (size: number, limit: number) => Number.isSafeInteger(size) && size >= 1 && size <= limit
  if (!within(manifestBytes, manifestLimits.manifestBytes))
    throw new RangeError(`Cannot write bundle: the manifest has ${manifestBytes} bytes`)
  if (!within(signatureBytes, manifestLimits.signatureBytes))
    throw new RangeError(`Cannot write bundle: the signatures have ${signatureBytes} bytes`)
  const text = `${magic}${formatVersion} ${manifestBytes} ${signatureBytes}`.padEnd(headBytes - 1)
  return Uint8Array.from(`${text}\n`, (char) => char.charCodeAt(0))
}

/**
 * Reads the first line from the first bytes of a bundle; more than `headBytes` may be given.
 * There is one way to write it, and no other is taken: sizes without leading zeros, spaces to the end.
 * Throws `release/truncated`, `release/not-a-bundle`, `release/head-version`, `release/head-damaged` or
 * `release/head-too-large`.
 */
export function parseBundleHead(bytes: Uint8Array): BundleHead {
  const known = Math.min(bytes.length, magic.length)
  for (let i = 0; i < known; i++) {
    if (bytes[i] !== magic.charCodeAt(i))
      throw releaseError(
        'release/not-a-bundle',
        'Cannot read bundle: it does not begin with "afloat-bundle"',
        {
          hint: 'Pass a file that afloat release build wrote, ending in .afloat',
        },
      )
  }
  if (bytes.length < headBytes)
    throw releaseError(
      'release/truncated',
      `Bundle is truncated: it ends after ${bytes.length} bytes, in its first line`,
      {
        hint: 'Fetch or copy the file again',
      },
    )
  let text = ''
  for (let i = 0; i < headBytes; i++) text += String.fromCharCode(bytes[i]!)
  const version = /^[0-9]{1,9} /.exec(text.slice(magic.length))?.[0].trim()
  if (version !== undefined && version !== String(formatVersion))
    throw releaseError('release/head-version', `Cannot read bundle: its format is ${version}, expected 1`, {
      hint: 'It was written by another version of Afloat; update this one',
    })
  const sizes = /^1 ([1-9][0-9]{0,14}) ([1-9][0-9]{0,14}) *\n$/.exec(text.slice(magic.length))
  if (sizes === null)
    throw releaseError('release/head-damaged', 'Cannot read bundle: its first line is damaged', {
      hint: 'Fetch or copy the file again',
    })
  const head = { manifestBytes: Number(sizes[1]), signatureBytes: Number(sizes[2]) }
  if (
    head.manifestBytes > manifestLimits.manifestBytes ||
    head.signatureBytes > manifestLimits.signatureBytes
  ) {
    throw releaseError(
      'release/head-too-large',
      `Cannot read bundle: found a manifest of ${head.manifestBytes} and signatures of ${head.signatureBytes} bytes, ` +
        `expected at most ${manifestLimits.manifestBytes} and ${manifestLimits.signatureBytes}`,
    )
  }
  return head
}

/** Where the payload begins in the bundle. */
export function payloadStart(head: BundleHead): number {
  return headBytes + head.manifestBytes + head.signatureBytes
}
