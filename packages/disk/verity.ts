/** What the first block of a hash device says about the tree behind it. */
export type VeritySuperblock = {
  readonly algorithm: string
  readonly dataBlockBytes: number
  readonly hashBlockBytes: number
  readonly dataBlocks: number
  /** Hexadecimal; "-" stands for none, as in the device-mapper table. */
  readonly salt: string
}

/**
 * Reads the superblock of a dm-verity hash device from its first 512 bytes.
 * Returns undefined when it is not one, or of a version other than 1.
 * Source: cryptsetup wiki, "DMVerity on-disk format".
 */
export function parseVeritySuperblock(bytes: Uint8Array): VeritySuperblock | undefined {
  if (bytes.length < 512 || text(bytes, 0, 8) !== 'verity') return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(8, true) !== 1 || view.getUint32(12, true) !== 1) return undefined
  const saltBytes = view.getUint16(80, true)
  if (saltBytes > 256) return undefined
  let salt = ''
  for (let i = 0; i < saltBytes; i++) salt += (bytes[88 + i] ?? 0).toString(16).padStart(2, '0')
  return {
    algorithm: text(bytes, 32, 32),
    dataBlockBytes: view.getUint32(64, true),
    hashBlockBytes: view.getUint32(68, true),
    dataBlocks: view.getUint32(72, true) + view.getUint32(76, true) * 2 ** 32,
    salt: salt === '' ? '-' : salt,
  }
}

/**
 * Returns the device-mapper table line that maps `dataDevice` through its hash tree to a verified device.
 * The superblock takes one hash block, so the tree starts at block 1.
 * Source: Linux, Documentation/admin-guide/device-mapper/verity.rst
 */
export function verityTable(
  superblock: VeritySuperblock,
  devices: { readonly data: string; readonly hash: string },
  rootHash: string,
): string {
  const { algorithm, dataBlockBytes, hashBlockBytes, dataBlocks, salt } = superblock
  const sectors = (dataBlocks * dataBlockBytes) / 512
  const { data, hash } = devices
  return `0 ${sectors} verity 1 ${data} ${hash} ${dataBlockBytes} ${hashBlockBytes} ${dataBlocks} 1 ${algorithm} ${rootHash} ${salt}`
}

function text(bytes: Uint8Array, at: number, length: number): string {
  let result = ''
  for (let i = at; i < at + length && bytes[i] !== 0; i++) result += String.fromCharCode(bytes[i] ?? 0)
  return result
}
