import { toUuid } from './discoverable.ts'

/** A GUID partition table; positions and lengths in sectors unless the name says bytes. */
export type GptTable = {
  readonly diskUuid: string
  /** Where the backup header is; the last sector of the disk, unless the disk was grown since. */
  readonly backupLba: number
  readonly lastUsableLba: number
  readonly partitions: readonly GptPartition[]
}

export type GptPartition = {
  /** 1-based, as in the names of partition devices. */
  readonly number: number
  readonly type: string
  readonly uuid: string
  readonly name: string
  readonly firstLba: number
  readonly lastLba: number
}

/**
 * Reads the primary table from the first bytes of a disk; 34 sectors hold it all.
 * Returns undefined when there is no GPT or too few bytes. Checksums are not verified: the kernel has done
 * that before it made partition devices.
 * Source: UEFI Specification 2.10, section 5.3.
 */
export function parseGpt(bytes: Uint8Array, sectorBytes = 512): GptTable | undefined {
  return parseTable(bytes, { header: sectorBytes, start: 0, sectorBytes, backupLbaField: 32 })
}

/**
 * Reads the backup table from the last bytes of a disk of `diskBytes`; 33 sectors hold it all.
 * It is what is left when the power failed while the primary table was written.
 */
export function parseBackupGpt(
  bytes: Uint8Array,
  diskBytes: number,
  sectorBytes = 512,
): GptTable | undefined {
  const header = bytes.length - sectorBytes
  return parseTable(bytes, { header, start: diskBytes - bytes.length, sectorBytes, backupLbaField: 24 })
}

/** `header` is where the header is in `bytes`, `start` where `bytes` are on the disk. */
function parseTable(
  bytes: Uint8Array,
  at: { header: number; start: number; sectorBytes: number; backupLbaField: number },
): GptTable | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { header, sectorBytes } = at
  if (header < 0 || bytes.length < header + 92 || !startsWith(bytes, header, 'EFI PART')) return undefined
  const entriesAt = u64(view, header + 72) * sectorBytes - at.start
  const count = view.getUint32(header + 80, true)
  const size = view.getUint32(header + 84, true)
  if (size < 128 || count > 1024 || entriesAt < 0 || entriesAt + count * size > bytes.length) return undefined
  return {
    diskUuid: guid(bytes, header + 56),
    backupLba: u64(view, header + at.backupLbaField),
    lastUsableLba: u64(view, header + 48),
    partitions: parseEntries(bytes, view, { entriesAt, count, size }),
  }
}

function parseEntries(
  bytes: Uint8Array,
  view: DataView,
  { entriesAt, count, size }: { entriesAt: number; count: number; size: number },
): GptPartition[] {
  const partitions: GptPartition[] = []
  for (let i = 0; i < count; i++) {
    const at = entriesAt + i * size
    if (isUnused(view, at)) continue
    partitions.push({
      number: i + 1,
      type: guid(bytes, at),
      uuid: guid(bytes, at + 16),
      firstLba: u64(view, at + 32),
      lastLba: u64(view, at + 40),
      name: utf16(view, at + 56, 36),
    })
  }
  return partitions
}

/** Its type is all zeros. Nearly all entries are unused, and text made of bytes takes QuickJS long. */
function isUnused(view: DataView, at: number): boolean {
  return [0, 4, 8, 12].every((offset) => view.getUint32(at + offset, true) === 0)
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  return [...text].every((char, i) => bytes[at + i] === char.charCodeAt(0))
}

/** Exact up to 2^53: eight exbibytes in sectors of 1 KiB. */
function u64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32
}

/** The first three fields of a GUID are little-endian on disk. */
function guid(bytes: Uint8Array, at: number): string {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
  return toUuid(order.map((i) => (bytes[at + i] ?? 0).toString(16).padStart(2, '0')).join(''))
}

function utf16(view: DataView, at: number, units: number): string {
  let text = ''
  for (let i = 0; i < units; i++) {
    const code = view.getUint16(at + 2 * i, true)
    if (code === 0) break
    text += String.fromCharCode(code)
  }
  return text
}
