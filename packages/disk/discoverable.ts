/**
 * Partition types by their use, for x86-64 and arm64.
 * Source: The Discoverable Partitions Specification.
 */
export const partitionTypes = {
  esp: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b',
  linuxData: '0fc63daf-8483-4772-8e79-3d69d8477de4',
  x64: {
    root: '4f68bce3-e8cd-4db1-96e7-fbcaf984b709',
    usr: '8484680c-9521-48c6-9c11-b0720656f69e',
    usrVerity: '77ff5f63-e7b6-4633-acf4-1565b864c0e6',
  },
} as const

/**
 * Returns the UUIDs that the partitions of a release must have: of /usr, the first half of its dm-verity root
 * hash; of its hash tree, the second half. Throws RangeError when `rootHash` is not 64 hexadecimal digits.
 * Source: The Discoverable Partitions Specification, "usr" and "usr-verity".
 */
export function usrPartitionUuids(rootHash: string): { usr: string; usrVerity: string } {
  if (!/^[0-9a-f]{64}$/.test(rootHash)) {
    throw new RangeError(`Cannot use "${rootHash}" as root hash: expected 64 lower-case hexadecimal digits`)
  }
  return { usr: toUuid(rootHash.slice(0, 32)), usrVerity: toUuid(rootHash.slice(32)) }
}

/** Writes 32 hexadecimal digits as a UUID. */
export function toUuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
