import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../sys/fake-sys.ts'
import { openUsr } from './usr.ts'

const rootHash = '0123456789abcdef00112233445566778899aabbccddeeff8899aabbccddeeff'
const slot = {
  name: 'usr-a',
  usr: '/dev/vda2',
  verity: '/dev/vda3',
  disk: { device: '/dev/vda', sizeBytes: 0, tableEndBytes: 0, partitions: [] },
  copies: [],
}

function machine(algorithm: string): FakeSys {
  const superblock = new Uint8Array(512)
  const view = new DataView(superblock.buffer)
  const put = (at: number, text: string) =>
    [...text].forEach((char, i) => {
      superblock[at + i] = char.charCodeAt(0)
    })
  put(0, 'verity')
  put(32, algorithm)
  for (const [at, value] of [
    [8, 1],
    [12, 1],
    [64, 4096],
    [68, 4096],
    [72, 10],
  ] as const)
    view.setUint32(at, value, true)
  const sys = new FakeSys()
  sys.addFile('/dev/vda3', superblock)
  for (const name of ['modprobe', 'dmsetup', 'mount']) sys.addProgram(name)
  return sys
}

test('openUsr() maps the slot with the root hash of the command line', () => {
  const sys = machine('sha256')
  openUsr(sys, slot, rootHash)
  const table = `0 80 verity 1 /dev/vda2 /dev/vda3 4096 4096 10 1 sha256 ${rootHash} -`
  assert.ok(
    sys.commands.includes(`dmsetup create usr --readonly --table '${table}'`),
    sys.commands.join('\n'),
  )
  assert.equal(sys.commands.includes('mount -t erofs -o ro /dev/mapper/usr /stage/usr'), true)
})

test('openUsr() refuses a hash function that the superblock chooses', () => {
  for (const algorithm of ['crc32', 'sha256 x', ''])
    assert.throws(() => openUsr(machine(algorithm), slot, rootHash), { code: 'init/usr-damaged' })
})

test('openUsr() refuses a slot without a superblock', () => {
  const sys = machine('sha256')
  sys.addFile('/dev/vda3', 'nothing')
  assert.throws(() => openUsr(sys, slot, rootHash), { code: 'init/usr-damaged' })
})
