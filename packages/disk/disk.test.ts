import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  CONTENT_HEAD_BYTES,
  diskContent,
  ext4Bytes,
  ext4HasErrors,
  ext4Label,
  formatGpt,
  parseBackupGpt,
  parseGpt,
  parseVeritySuperblock,
  partitionTypes,
  usrPartitionUuids,
  verityTable,
} from './index.ts'

const rootHash = '0123456789abcdef00112233445566778899aabbccddeeff8899aabbccddeeff'

test('usrPartitionUuids() splits the root hash in halves', () => {
  assert.deepEqual(usrPartitionUuids(rootHash), {
    usr: '01234567-89ab-cdef-0011-223344556677',
    usrVerity: '8899aabb-ccdd-eeff-8899-aabbccddeeff',
  })
  assert.throws(() => usrPartitionUuids('0123'), RangeError)
  assert.throws(() => usrPartitionUuids(rootHash.toUpperCase()), RangeError)
})

function put(bytes: Uint8Array, at: number, text: string) {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i)
}

function putGuid(bytes: Uint8Array, at: number, uuid: string) {
  const hex = uuid
    .replaceAll('-', '')
    .match(/../g)!
    .map((pair) => Number.parseInt(pair, 16))
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
  order.forEach((from, to) => {
    bytes[at + to] = hex[from]!
  })
}

function diskWith(
  sectorBytes: number,
  partition: { number: number; type: string; uuid: string; name: string },
) {
  const bytes = new Uint8Array(2 * sectorBytes + 128 * 128)
  const view = new DataView(bytes.buffer)
  put(bytes, sectorBytes, 'EFI PART')
  view.setUint32(sectorBytes + 32, 999, true)
  view.setUint32(sectorBytes + 48, 900, true)
  view.setUint32(sectorBytes + 72, 2, true)
  view.setUint32(sectorBytes + 80, 128, true)
  view.setUint32(sectorBytes + 84, 128, true)
  const at = 2 * sectorBytes + 128 * (partition.number - 1)
  putGuid(bytes, at, partition.type)
  putGuid(bytes, at + 16, partition.uuid)
  view.setUint32(at + 32, 64, true)
  view.setUint32(at + 40, 127, true)
  ;[...partition.name].forEach((char, i) => {
    view.setUint16(at + 56 + 2 * i, char.charCodeAt(0), true)
  })
  return bytes
}

test('parseGpt() finds a partition on disks of either sector size', () => {
  const uuid = '01234567-89ab-cdef-0011-223344556677'
  const type = partitionTypes.x64.usr
  for (const sectorBytes of [512, 4096]) {
    const table = parseGpt(diskWith(sectorBytes, { number: 3, type, uuid, name: 'usr-a' }), sectorBytes)
    assert.equal(table?.backupLba, 999)
    assert.equal(table?.lastUsableLba, 900)
    assert.deepEqual(table?.partitions, [
      { number: 3, type, uuid, name: 'usr-a', firstLba: 64, lastLba: 127 },
    ])
  }
})

test('parseBackupGpt() reads the same table from the end of a disk', () => {
  const uuid = '01234567-89ab-cdef-0011-223344556677'
  const type = partitionTypes.x64.usr
  for (const sectorBytes of [512, 4096]) {
    const primary = diskWith(sectorBytes, { number: 3, type, uuid, name: 'usr-a' })
    const entries = primary.subarray(2 * sectorBytes)
    const bytes = new Uint8Array(entries.length + sectorBytes)
    bytes.set(entries)
    bytes.set(primary.subarray(sectorBytes, 2 * sectorBytes), entries.length)
    const view = new DataView(bytes.buffer)
    view.setUint32(entries.length + 24, 999, true) // where this header is
    view.setUint32(entries.length + 32, 1, true) // where the other one is
    view.setUint32(entries.length + 72, 999 - entries.length / sectorBytes, true)
    assert.deepEqual(parseBackupGpt(bytes, 1000 * sectorBytes, sectorBytes), parseGpt(primary, sectorBytes))
    assert.equal(parseBackupGpt(bytes.subarray(sectorBytes), 1000 * sectorBytes, sectorBytes), undefined)
  }
})

test('parseGpt() returns undefined for a disk without one, and never throws', () => {
  assert.equal(parseGpt(new Uint8Array(20_000)), undefined)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (noise) => {
      const bytes = new Uint8Array(17_408)
      bytes.set(noise, 512)
      put(bytes, 512, 'EFI PART')
      void parseGpt(bytes)
    }),
  )
})

test('verityTable() asks the kernel for what the superblock describes', () => {
  const bytes = new Uint8Array(512)
  const view = new DataView(bytes.buffer)
  put(bytes, 0, 'verity')
  view.setUint32(8, 1, true)
  view.setUint32(12, 1, true)
  put(bytes, 32, 'sha256')
  view.setUint32(64, 4096, true)
  view.setUint32(68, 4096, true)
  view.setUint32(72, 100, true)
  view.setUint16(80, 2, true)
  bytes.set([0xab, 0x01], 88)
  const superblock = parseVeritySuperblock(bytes)!
  assert.equal(
    verityTable(superblock, { data: '/dev/vda2', hash: '/dev/vda3' }, rootHash),
    `0 800 verity 1 /dev/vda2 /dev/vda3 4096 4096 100 1 sha256 ${rootHash} ab01`,
  )
})

test('parseVeritySuperblock() returns undefined for anything else', () => {
  assert.equal(parseVeritySuperblock(new Uint8Array(512)), undefined)
  assert.equal(parseVeritySuperblock(new Uint8Array(3)), undefined)
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => void parseVeritySuperblock(bytes)))
})

test('ext4Bytes() counts blocks in bytes, also beyond 2^32 of them', () => {
  const bytes = new Uint8Array(2048)
  const view = new DataView(bytes.buffer)
  assert.equal(ext4Bytes(bytes), undefined)
  view.setUint16(1024 + 0x38, 0xef53, true)
  view.setUint32(1024 + 4, 1000, true)
  view.setUint32(1024 + 0x18, 2, true)
  view.setUint32(1024 + 0x150, 1, true)
  assert.equal(ext4Bytes(bytes), 4096 * 1000)
  view.setUint32(1024 + 0x60, 0x80, true)
  assert.equal(ext4Bytes(bytes), 4096 * (1000 + 2 ** 32))
})

test('formatGpt() writes what parseGpt() and parseBackupGpt() read', () => {
  const uuid = '01234567-89ab-cdef-0011-223344556677'
  const type = partitionTypes.x64.root
  for (const [sectorBytes, mebibytes] of [
    [512, 100],
    [4096, 64],
    [512, 101.5],
  ] as const) {
    const sizeBytes = mebibytes * 1024 * 1024
    const disk = new Uint8Array(sizeBytes)
    const pieces = formatGpt({ uuid: rootHash, sizeBytes, sectorBytes }, { type, uuid, name: 'B2C_CACHE' })
    for (const { offset, bytes } of pieces!) disk.set(bytes, offset)
    const primary = parseGpt(disk, sectorBytes)
    const backup = parseBackupGpt(
      disk.subarray(sizeBytes - 33 * 512 - 40 * sectorBytes),
      sizeBytes,
      sectorBytes,
    )
    assert.deepEqual(primary?.partitions, backup?.partitions)
    const [only] = primary!.partitions
    assert.deepEqual(
      { ...only, firstLba: 0, lastLba: 0 },
      { number: 1, type, uuid, name: 'B2C_CACHE', firstLba: 0, lastLba: 0 },
    )
    assert.equal(only!.firstLba * sectorBytes, 1024 * 1024)
    assert.ok(only!.lastLba <= primary!.lastUsableLba)
    assert.equal(primary!.backupLba, sizeBytes / sectorBytes - 1)
  }
})

test('formatGpt() refuses a disk without room', () => {
  const partition = { type: partitionTypes.x64.root, uuid: partitionTypes.esp, name: 'x' }
  const disk = { uuid: partitionTypes.esp, sizeBytes: 1024 * 1024, sectorBytes: 512 }
  assert.equal(formatGpt(disk, partition), undefined)
})

test('ext4Label() and ext4HasErrors() read the superblock', () => {
  const head = new Uint8Array(2048)
  assert.equal(ext4Label(head), undefined)
  assert.equal(ext4HasErrors(head), false)
  const view = new DataView(head.buffer)
  view.setUint16(1024 + 0x38, 0xef53, true)
  put(head, 1024 + 0x78, 'B2C_CACHE')
  assert.equal(ext4Label(head), 'B2C_CACHE')
  assert.equal(ext4HasErrors(head), false)
  view.setUint16(1024 + 0x3a, 3, true)
  assert.equal(ext4HasErrors(head), true)
})

test('diskContent() knows file systems and what they may be in by their marks', () => {
  const rows: [string | undefined, number, string][] = [
    [undefined, 0, ''],
    [undefined, 510, '\x55\xaa'],
    ['btrfs', 0x10040, '_BHRfS_M'],
    ['xfs', 0, 'XFSB'],
    ['ntfs', 3, 'NTFS    '],
    ['crypto_LUKS', 0, 'LUKS\xba\xbe'],
    ['LVM2_member', 512, 'LABELONE'],
    ['swap', 4086, 'SWAPSPACE2'],
    ['ufs', 0x10000 + 1372, '\x19\x01\x54\x19'],
    ['ext4', 1024 + 0x38, '\x53\xef'],
  ]
  for (const [expected, at, mark] of rows) {
    const head = new Uint8Array(CONTENT_HEAD_BYTES)
    put(head, at, mark)
    assert.equal(diskContent(head), expected, `${expected} at ${at}`)
  }
  assert.equal(diskContent(new Uint8Array(0)), undefined)
})
