/** What is enough of the beginning of a device to tell what is on it. */
export const CONTENT_HEAD_BYTES = 0x10600

/**
 * Returns what is on a device, in the words of blkid(8), given its first `CONTENT_HEAD_BYTES`; undefined when that is
 * nothing that is known. Not only file systems: also what has some in it.
 * Source: util-linux, libblkid/src/superblocks
 */
export function diskContent(head: Uint8Array): string | undefined {
  return marks.find(([, offset, mark]) => hasAt(head, offset, mark))?.[0]
}

function hasAt(head: Uint8Array, offset: number, mark: string): boolean {
  for (let i = 0; i < mark.length; i++) if (head[offset + i] !== mark.charCodeAt(i)) return false
  return true
}

/** Long ones first: one of two bytes may be there by chance. */
const marks: readonly (readonly [name: string, offset: number, mark: string])[] = [
  ['btrfs', 0x10040, '_BHRfS_M'],
  ['xfs', 0, 'XFSB'],
  ['ntfs', 3, 'NTFS    '],
  ['exfat', 3, 'EXFAT   '],
  ['BitLocker', 3, '-FVE-FS-'],
  ['vfat', 0x52, 'FAT32   '],
  ['vfat', 0x36, 'FAT16   '],
  ['vfat', 0x36, 'FAT12   '],
  ['vfat', 0x36, 'FAT     '],
  ['crypto_LUKS', 0, 'LUKS\xba\xbe'],
  ['LVM2_member', 0, 'LABELONE'],
  ['LVM2_member', 0x200, 'LABELONE'],
  ['LVM2_member', 0x400, 'LABELONE'],
  ['LVM2_member', 0x600, 'LABELONE'],
  ['linux_raid_member', 0, '\xfc\x4e\x2b\xa9'],
  ['linux_raid_member', 0x1000, '\xfc\x4e\x2b\xa9'],
  ['zfs_member', 0x4018, 'version\0'],
  ['bcachefs', 0x1018, '\xc6\x85\x73\xf6\x66\xce\x90\xa9'],
  ['bcache', 0x1018, '\xc6\x85\x73\xf6\x4e\x1a\x45\xca'],
  ['swap', 0xff6, 'SWAPSPACE2'],
  ['swap', 0xfff6, 'SWAPSPACE2'],
  ['swsuspend', 0xff6, 'S1SUSPEND'],
  ['DM_verity_hash', 0, 'verity\0\0'],
  ['squashfs', 0, 'hsqs'],
  ['erofs', 0x400, '\xe2\xe1\xf5\xe0'],
  ['f2fs', 0x400, '\x10\x20\xf5\xf2'],
  ['iso9660', 0x8001, 'CD001'],
  ['udf', 0x8001, 'BEA01'],
  ['jfs', 0x8000, 'JFS1'],
  ['reiserfs', 0x10034, 'ReIsEr'],
  ['gfs2', 0x10000, '\x01\x16\x19\x70'],
  ['ufs', 0x1055c, '\x19\x01\x54\x19'],
  ['apfs', 0x20, 'NXSB'],
  ['hfsplus', 0x400, 'H+'],
  ['hfsplus', 0x400, 'HX'],
  ['hfs', 0x400, 'BD'],
  ['nilfs2', 0x406, '\x34\x34'],
  ['ext4', 0x438, '\x53\xef'],
]
