/**
 * Returns the size in bytes of an ext2, ext3 or ext4 file system by its superblock, given the first 2 KiB of its
 * device; undefined when it is none.
 * Source: Linux, Documentation/filesystems/ext4/super.rst
 */
export function ext4Bytes(head: Uint8Array): number | undefined {
  const superblock = 1024
  if (head.length < superblock + 0x154) return undefined
  const view = new DataView(head.buffer, head.byteOffset + superblock)
  if (view.getUint16(0x38, true) !== 0xef53) return undefined
  const has64Bit = (view.getUint32(0x60, true) & 0x80) !== 0
  const blocks = view.getUint32(0x4, true) + (has64Bit ? view.getUint32(0x150, true) * 2 ** 32 : 0)
  return blocks * 1024 * 2 ** view.getUint32(0x18, true)
}
