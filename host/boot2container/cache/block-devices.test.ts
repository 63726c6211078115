import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../../sys/fake-sys.ts'
import { type BlockDevice, isEmptyDisk, listBlockDevices } from './block-devices.ts'

const mebibyte = 1024 * 1024

function addDevice(sys: FakeSys, name: string, bytes: Uint8Array, files: Record<string, string> = {}): void {
  sys.addFile(`/dev/${name}`, bytes)
  sys.addFile(`/sys/class/block/${name}/size`, `${bytes.length / 512}\n`)
  for (const [file, text] of Object.entries(files))
    sys.addFile(`/sys/class/block/${name}/${file}`, `${text}\n`)
}

function labelled(label: string): Uint8Array {
  const bytes = new Uint8Array(8 * mebibyte)
  new DataView(bytes.buffer).setUint16(1024 + 0x38, 0xef53, true)
  for (const [i, char] of [...label].entries()) bytes[1024 + 0x78 + i] = char.charCodeAt(0)
  return bytes
}

test('listBlockDevices() reads labels, names and which disk a partition is on', () => {
  const sys = new FakeSys()
  addDevice(sys, 'vda', new Uint8Array(8 * mebibyte), {
    'vda1/partition': '1',
    'queue/logical_block_size': '4096',
  })
  addDevice(sys, 'vda1', labelled('B2C_CACHE'), { partition: '1', uevent: 'DEVNAME=vda1\nPARTNAME=a b' })
  addDevice(sys, 'sdb', new Uint8Array(512), { removable: '1' })
  addDevice(sys, 'sdc', new Uint8Array(512), { ro: '1' })
  addDevice(sys, 'loop0', new Uint8Array(512))
  sys.addFile('/sys/class/block/sdd/size', '1\n')
  assert.deepEqual(listBlockDevices(sys), [
    { device: '/dev/vda', sizeBytes: 8 * mebibyte, sectorBytes: 4096 },
    {
      device: '/dev/vda1',
      sizeBytes: 8 * mebibyte,
      sectorBytes: 512,
      disk: '/dev/vda',
      label: 'B2C_CACHE',
      partitionName: 'a b',
    },
  ])
})

test('listBlockDevices() finds what is named, and its partitions, whatever it is', () => {
  const sys = new FakeSys()
  const bytes = new Uint8Array(512)
  addDevice(sys, 'sdb', bytes, { removable: '1', 'sdb1/partition': '1' })
  addDevice(sys, 'sdb1', bytes, { partition: '1' })
  addDevice(sys, 'nbd0', bytes, { 'nbd0p1/partition': '1' })
  addDevice(sys, 'nbd0p1', bytes, { partition: '1' })
  for (const name of ['md0', 'dm-0']) addDevice(sys, name, bytes)
  addDevice(sys, 'sr0', bytes, { ro: '1', removable: '1' })
  const rows: [string | undefined, string][] = [
    [undefined, 'sdb1'],
    ['/dev/sdb', 'sdb sdb1'],
    ['/dev/sdb1', 'sdb1'],
    ['/dev/nbd0', 'nbd0 nbd0p1 sdb1'],
    ['/dev/nbd0p1', 'nbd0p1 sdb1'],
    ['/dev/md0', 'md0 sdb1'],
    ['/dev/dm-0', 'dm-0 sdb1'],
    ['/dev/sr0', 'sdb1'],
  ]
  for (const [named, expected] of rows) {
    const found = listBlockDevices(sys, named).map(({ device }) => device.slice(5))
    assert.equal(found.toSorted().join(' '), expected, named)
  }
})

test('isEmptyDisk() sees a byte at either end or between, and partitions', () => {
  const of = (bytes: Uint8Array, others: readonly BlockDevice[] = []) => {
    const sys = new FakeSys()
    addDevice(sys, 'vda', bytes)
    return isEmptyDisk(sys, listBlockDevices(sys)[0]!, others)
  }
  const with1 = (at: number) => {
    const bytes = new Uint8Array(40 * mebibyte)
    bytes[at] = 1
    return bytes
  }
  assert.equal(of(new Uint8Array(40 * mebibyte)), true)
  for (const at of [0, 510, mebibyte - 1, 39 * mebibyte, 40 * mebibyte - 1, mebibyte, 20 * mebibyte + 5]) {
    assert.equal(of(with1(at)), false, `byte ${at}`)
  }
  const partition = { device: '/dev/vda1', sizeBytes: 1, sectorBytes: 512, disk: '/dev/vda' }
  assert.equal(of(new Uint8Array(40 * mebibyte), [partition]), false)
  assert.equal(of(new Uint8Array(mebibyte)), false)
})
