import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ioError } from '../sys/errors.ts'
import { FakeSys } from '../sys/fake-sys.ts'
import { addDisk, slotOf } from './test-disk.ts'
import { waitForUsr } from './wait-for-usr.ts'

const rootHash = '0123456789abcdef00112233445566778899aabbccddeeff8899aabbccddeeff'
const otherHash = rootHash.replaceAll(/[08]/g, 'f')

/** A machine with one device on each of two buses. */
function machine(): FakeSys {
  const sys = new FakeSys()
  sys.addProgram('modprobe')
  sys.addFile('/sys/bus/virtio/devices/virtio0/modalias', 'virtio:d00000002v00001AF4\n')
  sys.addFile('/sys/bus/pci/devices/0000:00:1f.2/modalias', 'pci:v00008086d00002922\n')
  return sys
}

test('waitForUsr() finds the slot by root hash among several disks', async () => {
  const sys = machine()
  addDisk(sys, 'vda', { sectors: 1000, partitions: slotOf(otherHash) })
  addDisk(sys, 'vdb', { sectors: 1000, partitions: slotOf(rootHash) })
  const slot = await waitForUsr(sys, { next: async () => {}, stop: () => {} }, rootHash)
  assert.equal(slot.name, 'usr-a')
  assert.equal(slot.usr, '/dev/vdb2')
  assert.equal(slot.verity, '/dev/vdb3')
  assert.equal(slot.disk.device, '/dev/vdb')
})

test('waitForUsr() looks again after an event', async () => {
  const sys = machine()
  let events = 0
  const next = async () => {
    if (++events === 3) addDisk(sys, 'sda', { sectors: 1000, partitions: slotOf(rootHash) })
    sys.sleepMs(100)
  }
  const slot = await waitForUsr(sys, { next, stop: () => {} }, rootHash)
  assert.equal(slot.usr, '/dev/sda2')
  assert.equal(events, 3)
})

test('waitForUsr() says after a minute what was there instead', async () => {
  const sys = machine()
  addDisk(sys, 'vda', { sectors: 1000, partitions: slotOf(otherHash) })
  const next = async (timeoutMs: number) => sys.sleepMs(timeoutMs)
  await assert.rejects(waitForUsr(sys, { next, stop: () => {} }, rootHash), {
    code: 'init/usr-not-found',
    message: `Cannot find /usr with root hash ${rootHash}: found /dev/vda (usr-a, usr-a-verity)`,
  })
  assert.equal(sys.uptimeMs(), 60_000)
})

test('waitForUsr() ignores a slot whose hash tree belongs to another release', async () => {
  const sys = machine()
  const [usr] = slotOf(rootHash)
  const [, verity] = slotOf(otherHash)
  addDisk(sys, 'vda', { sectors: 1000, partitions: [usr!, verity!] })
  const next = async (timeoutMs: number) => sys.sleepMs(timeoutMs)
  await assert.rejects(waitForUsr(sys, { next, stop: () => {} }, rootHash), { code: 'init/usr-not-found' })
})

test('waitForUsr() loads the drivers of a turn only when the disk was not found before', async () => {
  const sys = machine()
  sys.addProgram('modprobe', () => {
    addDisk(sys, 'vda', { sectors: 1000, partitions: slotOf(rootHash) })
    return {}
  })
  await waitForUsr(sys, { next: async () => {}, stop: () => {} }, rootHash)
  assert.deepEqual(sys.commands, ['modprobe -q -a virtio:d00000002v00001AF4'])
})

test('waitForUsr() loads all drivers before it waits', async () => {
  const sys = machine()
  const next = async () => {
    assert.equal(sys.commands.length, 2)
    addDisk(sys, 'sda', { sectors: 1000, partitions: slotOf(rootHash) })
  }
  await waitForUsr(sys, { next, stop: () => {} }, rootHash)
  assert.deepEqual(sys.commands, [
    'modprobe -q -a virtio:d00000002v00001AF4',
    'modprobe -q -a sd_mod pci:v00008086d00002922',
  ])
})

test('waitForUsr() passes over a disk that cannot be read', async () => {
  const sys = new (class extends FakeSys {
    override readBytes(path: string, range?: { length?: number }) {
      if (path === '/dev/sda') throw ioError('read "/dev/sda"', 'EIO')
      return super.readBytes(path, range)
    }
  })()
  addDisk(sys, 'sda', { sectors: 1000, partitions: slotOf(rootHash) })
  addDisk(sys, 'sdb', { sectors: 1000, partitions: slotOf(rootHash) })
  const slot = await waitForUsr(sys, { next: async () => {}, stop: () => {} }, rootHash)
  assert.equal(slot.disk.device, '/dev/sdb')
})

test('waitForUsr() names copies of the disk that it takes', async () => {
  const sys = new FakeSys()
  for (const name of ['sda', 'sdb', 'sdc'])
    addDisk(sys, name, { sectors: 1000, partitions: slotOf(name === 'sdb' ? otherHash : rootHash) })
  const slot = await waitForUsr(sys, { next: async () => {}, stop: () => {} }, rootHash)
  assert.equal(slot.disk.device, '/dev/sda')
  assert.deepEqual(slot.copies, ['/dev/sdc'])
})
