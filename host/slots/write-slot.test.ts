import assert from 'node:assert/strict'
import { test } from 'node:test'
import { otherSlot, readRunning } from './read-running.ts'
import { readSlot } from './slot.ts'
import { espNames, hashA, hashB, slotMachine, testUki } from './test-machine.ts'
import { invalidateSlot, openSlotForWriting, sealSlot } from './write-slot.ts'

test('invalidateSlot() removes the boot entry before the name of the slot', () => {
  const sys = slotMachine({ slotB: hashB })
  sys.addFile('/esp/EFI/Linux/afloat_1.1.0+3.efi', testUki(hashB))
  sys.addFile('/esp/EFI/Linux/afloat_0.9.0.efi', 'half a file')
  const running = readRunning(sys)
  const order: string[] = []
  sys.addProgram('sfdisk', () => {
    order.push(espNames(sys).join(' '))
    return { code: 1, stderr: 'no' }
  })
  assert.throws(() => invalidateSlot(sys, running, otherSlot(sys, running)), {
    code: 'slots/table-not-written',
  })
  assert.deepEqual(order, ['afloat_1.0.0.efi'])
})

test('invalidateSlot() leaves a name that fits no release, and the running slot as it is', () => {
  const sys = slotMachine({ slotB: hashB })
  const running = readRunning(sys)
  const slot = invalidateSlot(sys, running, otherSlot(sys, running))
  assert.notEqual(slot.rootHash, hashB)
  assert.match(slot.usr.uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.notEqual(slot.usr.uuid, slot.verity.uuid)
  assert.equal(readSlot(sys, '/dev/vda', 'a').rootHash, hashA)
  assert.deepEqual(espNames(sys), ['afloat_1.0.0.efi'])
})

test('invalidateSlot() leaves the running version its entry, be it unreadable', () => {
  const sys = slotMachine({ slotB: hashB })
  sys.addFile('/esp/EFI/Linux/afloat_1.0.0.efi', 'damaged')
  const running = readRunning(sys)
  invalidateSlot(sys, running, otherSlot(sys, running))
  assert.deepEqual(espNames(sys), ['afloat_1.0.0.efi'])
})

test('a slot is written, and named after its data is on the medium', () => {
  const sys = slotMachine()
  const running = readRunning(sys)
  const slot = otherSlot(sys, running)
  const open = openSlotForWriting(sys, running, slot)
  open.usr.write(Uint8Array.of(1, 2), 0)
  open.close()
  const synced: string[] = []
  const sfdisk = () => {
    synced.push(...sys.synced)
    return { code: 1 }
  }
  sys.addProgram('sfdisk', sfdisk)
  assert.throws(() => sealSlot(sys, running, slot, hashB))
  assert.deepEqual(synced.slice(-2), ['/dev/vda4', '/dev/vda5'])
})

test('sealSlot() gives the slot the name of the release', () => {
  const sys = slotMachine()
  const running = readRunning(sys)
  assert.equal(sealSlot(sys, running, otherSlot(sys, running), hashB).rootHash, hashB)
})

test('openSlotForWriting() says that something holds the slot', () => {
  const sys = slotMachine()
  const running = readRunning(sys)
  sys.fault = (operation, path) => (operation === 'open' && path === '/dev/vda5' ? 'EBUSY' : undefined)
  assert.throws(() => openSlotForWriting(sys, running, otherSlot(sys, running)), {
    code: 'slots/in-use',
    hint: /afloatctl pins/,
  })
})

test('openSlotForWriting() removes what a release before has left open', () => {
  const sys = slotMachine()
  sys.mustRun([
    'dmsetup',
    'create',
    'usr-bbbbbbbb',
    '--table',
    `0 8 verity 1 254:4 254:5 4096 4096 1 1 sha256 ${hashB} 00`,
  ])
  const running = readRunning(sys)
  openSlotForWriting(sys, running, otherSlot(sys, running)).close()
  assert.ok(sys.commands.includes('dmsetup remove usr-bbbbbbbb'))
  assert.ok(!sys.commands.includes('dmsetup remove usr'))
})

test('nothing touches the running slot', () => {
  const sys = slotMachine()
  const running = readRunning(sys)
  const slot = readSlot(sys, '/dev/vda', 'a')
  for (const touch of [invalidateSlot, openSlotForWriting])
    assert.throws(() => touch(sys, running, slot), { code: 'slots/is-running' })
  assert.throws(() => sealSlot(sys, running, slot, hashB), { code: 'slots/is-running' })
})
