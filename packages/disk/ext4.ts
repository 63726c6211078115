/**
 * Returns the size in bytes of an ext2, ext3 or ext4 file system by its superblock, given the first 2 KiB of its
 * device; undefined when it is none.
 * Source: Linux, Documentation/filesystems/ext4/super.rst
 */
export function ext4Bytes(head: Uint8Array): number | undefined {
  const view = superblockOf(head)
  if (view === undefined) return undefined
  const has64Bit = (view.getUint32(0x60, true) & 0x80) !== 0
  const blocks = view.getUint32(0x4, true) + (has64Bit ? view.getUint32(0x150, true) * 2 ** 32 : 0)
  return blocks * 1024 * 2 ** view.getUint32(0x18, true)
}

/** Returns the label of an ext2, ext3 or ext4 file system, given the first 2 KiB of its device; undefined when it is none. */
export function ext4Label(head: Uint8Array): string | undefined {
  const view = superblockOf(head)
  if (view === undefined) return undefined
  let label = ''
  for (let at = 0x78; at < 0x88 && view.getUint8(at) !== 0; at++)
    label += String.fromCharCode(view.getUint8(at))
  return label
}

/** Whether the kernel has found errors in an ext4 file system and nobody has repaired it since, given the first 2 KiB. */
export function ext4HasErrors(head: Uint8Array): boolean {
  return ((superblockOf(head)?.getUint16(0x3a, true) ?? 0) & 2) !== 0
}

function superblockOf(head: Uint8Array): DataView | undefined {
  const start = 1024
  if (head.length < start + 0x154) return undefined
  const view = new DataView(head.buffer, head.byteOffset + start)
  return view.getUint16(0x38, true) === 0xef53 ? view : undefined
}
