/** A piece of a partition table: bytes, and where on the disk they belong. */
export type GptPiece = { readonly offset: number; readonly bytes: Uint8Array }

export type NewPartition = { readonly type: string; readonly uuid: string; readonly name: string }

const alignBytes = 1024 * 1024
const entryBytes = 128
const entryCount = 128

/**
 * Returns the table of a disk whose whole room is one partition: protective MBR, primary and backup table. The
 * partition starts at 1 MiB. Undefined when the disk has no room for that.
 * Source: UEFI Specification 2.10, section 5.3.
 */
export function formatGpt(
  disk: { readonly uuid: string; readonly sizeBytes: number; readonly sectorBytes: number },
  partition: NewPartition,
): GptPiece[] | undefined {
  const { sectorBytes } = disk
  const lastLba = Math.floor(disk.sizeBytes / sectorBytes) - 1
  const tableSectors = Math.ceil((entryCount * entryBytes) / sectorBytes)
  const lastUsable = lastLba - tableSectors - 1
  const firstLba = alignBytes / sectorBytes
  const step = alignBytes / sectorBytes
  const partitionEnd = Math.floor((lastUsable + 1) / step) * step - 1
  if (partitionEnd <= firstLba) return undefined

  const entries = formatEntry({ ...partition, firstLba, lastLba: partitionEnd }, tableSectors * sectorBytes)
  const header = (own: number, other: number, entriesLba: number): Uint8Array =>
    formatHeader(sectorBytes, entries, {
      ...{ own, other, entriesLba, uuid: disk.uuid },
      ...{ firstUsable: tableSectors + 2, lastUsable },
    })
  return [
    { offset: 0, bytes: protectiveMbr(sectorBytes, lastLba) },
    { offset: sectorBytes, bytes: header(1, lastLba, 2) },
    { offset: 2 * sectorBytes, bytes: entries },
    { offset: (lastUsable + 1) * sectorBytes, bytes: entries },
    { offset: lastLba * sectorBytes, bytes: header(lastLba, 1, lastUsable + 1) },
  ]
}

function protectiveMbr(sectorBytes: number, lastLba: number): Uint8Array {
  const bytes = new Uint8Array(sectorBytes)
  const view = new DataView(bytes.buffer)
  bytes.set([0x00, 0x00, 0x02, 0x00, 0xee, 0xff, 0xff, 0xff], 446)
  view.setUint32(454, 1, true)
  view.setUint32(458, Math.min(lastLba, 0xffffffff), true)
  bytes.set([0x55, 0xaa], 510)
  return bytes
}

function formatEntry(
  { type, uuid, name, firstLba, lastLba }: NewPartition & { firstLba: number; lastLba: number },
  length: number,
): Uint8Array {
  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  bytes.set(guidBytes(type), 0)
  bytes.set(guidBytes(uuid), 16)
  setU64(view, 32, firstLba)
  setU64(view, 40, lastLba)
  for (let i = 0; i < Math.min(name.length, 36); i++) view.setUint16(56 + 2 * i, name.charCodeAt(i), true)
  return bytes
}

function formatHeader(
  sectorBytes: number,
  entries: Uint8Array,
  at: {
    own: number
    other: number
    entriesLba: number
    uuid: string
    firstUsable: number
    lastUsable: number
  },
): Uint8Array {
  const bytes = new Uint8Array(sectorBytes)
  const view = new DataView(bytes.buffer)
  for (const [i, char] of [...'EFI PART'].entries()) bytes[i] = char.charCodeAt(0)
  view.setUint32(8, 0x00010000, true)
  view.setUint32(12, 92, true)
  setU64(view, 24, at.own)
  setU64(view, 32, at.other)
  setU64(view, 40, at.firstUsable)
  setU64(view, 48, at.lastUsable)
  bytes.set(guidBytes(at.uuid), 56)
  setU64(view, 72, at.entriesLba)
  view.setUint32(80, entryCount, true)
  view.setUint32(84, entryBytes, true)
  view.setUint32(88, crc32(entries.subarray(0, entryCount * entryBytes)), true)
  view.setUint32(16, crc32(bytes.subarray(0, 92)), true)
  return bytes
}

function setU64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % 2 ** 32, true)
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true)
}

/** The first three fields of a GUID are little-endian on disk. */
function guidBytes(uuid: string): number[] {
  const hex = (uuid.replaceAll('-', '').match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))
  return [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((from) => hex[from] ?? 0)
}

/** CRC-32 as in Ethernet and zip. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}
