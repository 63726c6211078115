import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FakeSys } from '../sys/fake-sys.ts'
import { armEntry, bless, markBad, readEntries } from './judge-entry.ts'
import { readRunning } from './read-running.ts'
import { readSlot } from './slot.ts'
import { slotContents } from './slot-contents.ts'
import { stageUki } from './stage-uki.ts'
import { espNames, hashA, hashB, slotMachine, testUki } from './test-machine.ts'

const disk = '/dev/vda'

function stage(sys: FakeSys, version = '1.1.0') {
  sys.addFile('/var/tmp/uki', testUki(hashB))
  return stageUki(sys, readRunning(sys), { file: '/var/tmp/uki', version, rootHash: hashB })
}

test('stageUki() gives the counting name last', () => {
  const sys = slotMachine()
  const seen: string[] = []
  sys.fault = (operation, path) => {
    if (operation === 'rename') seen.push(...espNames(sys), path.split('/').at(-1)!)
    return undefined
  }
  assert.equal(stage(sys).file, 'afloat_1.1.0+3.efi')
  assert.deepEqual(seen, ['.afloat_1.1.0+3.efi.new', 'afloat_1.0.0.efi', 'afloat_1.1.0+3.efi'])
  assert.ok(sys.synced.some((path) => path.endsWith('.new')))
  assert.deepEqual(espNames(sys), ['afloat_1.0.0.efi', 'afloat_1.1.0+3.efi'])
})

test('stageUki() stages nothing on an EFI system partition that is full', () => {
  const sys = slotMachine({ freeBytes: 1024 })
  assert.throws(() => stage(sys), { code: 'slots/esp-full', message: /1 MiB free, needed are 2 MiB/ })
  assert.deepEqual(espNames(sys), ['afloat_1.0.0.efi'])
})

test('stageUki() leaves nothing half written', () => {
  const sys = slotMachine()
  sys.addProgram('cp', (args) => {
    sys.writeFile(args.at(-1)!, 'half')
    return { code: 1, stderr: 'No space left on device' }
  })
  assert.throws(() => stage(sys), { code: 'sys/command-failed' })
  assert.deepEqual(espNames(sys), ['afloat_1.0.0.efi'])
})

test('stageUki() takes the place of an entry of the same version, and of an attempt that was cut', () => {
  const sys = slotMachine()
  sys.addFile('/esp/EFI/Linux/afloat_1.1.0+0-3.efi', testUki(hashB))
  sys.addFile('/esp/EFI/Linux/.afloat_1.1.0+3.efi.new', 'half')
  stage(sys)
  assert.deepEqual(espNames(sys), ['afloat_1.0.0.efi', 'afloat_1.1.0+3.efi'])
})

test('stageUki() refuses a kernel image of another release, and the version that runs', () => {
  const sys = slotMachine()
  sys.addFile('/var/tmp/uki', testUki(hashA))
  const uki = { file: '/var/tmp/uki', version: '1.1.0', rootHash: hashB }
  assert.throws(() => stageUki(sys, readRunning(sys), uki), { code: 'slots/not-bootable' })
  assert.throws(() => stage(sys, '1.0.0'), { code: 'slots/version-in-use' })
  assert.deepEqual(espNames(sys), ['afloat_1.0.0.efi'])
})

test('bless() makes one entry the good one, and leaves those on trial alone', () => {
  const sys = slotMachine()
  stage(sys)
  bless(sys, disk, hashA)
  assert.deepEqual(espNames(sys), ['afloat_1.0.0.efi', 'afloat_1.1.0+3.efi'])
  bless(sys, disk, hashB)
  assert.deepEqual(espNames(sys), ['afloat_1.0.0+0.efi', 'afloat_1.1.0.efi'])
  armEntry(sys, disk, hashA)
  bless(sys, disk, hashA)
  assert.deepEqual(espNames(sys), ['afloat_1.0.0.efi', 'afloat_1.1.0+0.efi'])
})

test('markBad() keeps how often an entry was tried', () => {
  const sys = slotMachine()
  sys.addFile('/esp/EFI/Linux/afloat_1.1.0+2-1.efi', testUki(hashB))
  markBad(sys, disk, hashB)
  assert.deepEqual(espNames(sys), ['afloat_1.0.0.efi', 'afloat_1.1.0+0-1.efi'])
  markBad(sys, disk, 'f'.repeat(64))
})

test('the EFI system partition does not stay mounted, whatever happens, nor what a killed program left', () => {
  const sys = slotMachine()
  sys.addFile(
    '/proc/self/mountinfo',
    `${sys.readText('/proc/self/mountinfo')}90 33 254:1 / /run/afloat/esp-66 rw - vfat /dev/vda1 rw\n`,
  )
  sys.makeDirs('/run/afloat')
  sys.symlink('/esp', '/run/afloat/esp-66')
  assert.throws(() => bless(sys, disk, 'f'.repeat(64)), { code: 'slots/no-entry' })
  assert.deepEqual(sys.list('/run/afloat'), [])
})

test('slotContents() is nothing for a slot without a boot entry of its own', () => {
  const sys = slotMachine({ slotB: hashB })
  const slot = readSlot(sys, disk, 'b')
  assert.equal(slotContents(sys, slot), undefined)
  stage(sys)
  assert.equal(slotContents(sys, slot)?.version, '1.1.0')
  assert.deepEqual(
    readEntries(sys, disk).map(({ rootHash }) => rootHash),
    [hashA, hashB],
  )
})
