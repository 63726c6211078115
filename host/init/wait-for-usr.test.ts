import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../sys/fake-sys.ts'
import { addDisk, slotOf } from './test-disk.ts'
import { waitForUsr } from './wait-for-usr.ts'

const rootHash = '0123456789abcdef00112233445566778899aabbccddeeff8899aabbccddeeff'
const otherHash = rootHash.replaceAll(/[08]/g, 'f')

test('waitForUsr() finds the slot by root hash among several disks', async () => {
  const sys = new FakeSys()
  addDisk(sys, 'vda', { sectors: 1000, partitions: slotOf(otherHash) })
  addDisk(sys, 'vdb', { sectors: 1000, partitions: slotOf(rootHash) })
  const slot = await waitForUsr(sys, { next: async () => {}, stop: () => {} }, rootHash)
  assert.equal(slot.name, 'usr-a')
  assert.equal(slot.usr, '/dev/vdb2')
  assert.equal(slot.verity, '/dev/vdb3')
  assert.equal(slot.disk.device, '/dev/vdb')
})

test('waitForUsr() looks again after an event', async () => {
  const sys = new FakeSys()
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
  const sys = new FakeSys()
  addDisk(sys, 'vda', { sectors: 1000, partitions: slotOf(otherHash) })
  const next = async (timeoutMs: number) => sys.sleepMs(timeoutMs)
  await assert.rejects(waitForUsr(sys, { next, stop: () => {} }, rootHash), {
    code: 'init/usr-not-found',
    message: `Cannot find /usr with root hash ${rootHash}: found /dev/vda (usr-a, usr-a-verity)`,
  })
  assert.equal(sys.uptimeMs(), 60_000)
})

test('waitForUsr() ignores a slot whose hash tree belongs to another release', async () => {
  const sys = new FakeSys()
  const [usr] = slotOf(rootHash)
  const [, verity] = slotOf(otherHash)
  addDisk(sys, 'vda', { sectors: 1000, partitions: [usr!, verity!] })
  const next = async (timeoutMs: number) => sys.sleepMs(timeoutMs)
  await assert.rejects(waitForUsr(sys, { next, stop: () => {} }, rootHash), { code: 'init/usr-not-found' })
})
