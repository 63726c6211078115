import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CacheDevice } from '@afloat/boot2container'
import { parseGpt } from '@afloat/disk'
import { FakeSys } from '../../sys/fake-sys.ts'
import { machineReporter } from '../reporter.ts'
import { openCache } from './open-cache.ts'

const mebibyte = 1024 * 1024
const drivers = { settled: () => true }

type Disk = { bytes: Uint8Array; partition?: boolean }

/** A machine with these disks, whose programs do as told; formatting labels a device. */
function machine(disks: Record<string, Disk>, mountable: () => boolean = () => true): FakeSys {
  const sys = new FakeSys()
  sys.makeDirs('/run/afloat')
  for (const [name, { bytes, partition }] of Object.entries(disks)) {
    sys.addFile(`/dev/${name}`, bytes)
    sys.addFile(`/sys/class/block/${name}/size`, `${bytes.length / 512}\n`)
    if (partition === true) sys.addFile(`/sys/class/block/${name}/partition`, '1\n')
  }
  sys.addProgram('mount', () => ({ code: mountable() ? 0 : 32 }))
  sys.addProgram('e2fsck', () => ({ code: 8, stdout: 'cannot continue\n' }))
  sys.addProgram('blockdev', ([, device = '']) => {
    sys.addFile(`${device}1`, '')
    return {}
  })
  for (const name of ['umount', 'mkfs.ext4']) sys.addProgram(name)
  return sys
}

const open = (sys: FakeSys, request: CacheDevice) =>
  openCache(sys, machineReporter(sys), request, {
    drivers,
    filesystemPath: (name) => `/fs/${name}`,
    onEmpty: () => void sys.makeDirs('/seen-empty'),
  })

function ext4(label: string): Uint8Array {
  const bytes = new Uint8Array(8 * mebibyte)
  new DataView(bytes.buffer).setUint16(1024 + 0x38, 0xef53, true)
  for (const [i, char] of [...label].entries()) bytes[1024 + 0x78 + i] = char.charCodeAt(0)
  return bytes
}

test('openCache() makes a cache of an empty disk', () => {
  const sys = machine({ vda: { bytes: new Uint8Array(16 * mebibyte) } })
  assert.equal(open(sys, { kind: 'auto' })?.dir, '/run/afloat/cache')
  assert.equal(parseGpt(sys.readBytes('/dev/vda')!)?.partitions[0]?.name, 'B2C_CACHE')
  assert.ok(sys.exists('/seen-empty'))
  assert.ok(sys.commands.some((line) => /^mkfs.ext4 .* \/dev\/vda1$/.test(line)))
})

test('openCache() does not write to a disk that holds anything, and goes on without', () => {
  const bytes = new Uint8Array(16 * mebibyte)
  bytes[512] = 1
  const sys = machine({ vda: { bytes }, vdb: { bytes: ext4('data') } })
  const before = sys.readBytes('/dev/vdb')
  assert.equal(open(sys, { kind: 'auto' }), undefined)
  assert.deepEqual(sys.readBytes('/dev/vda'), bytes)
  assert.deepEqual(sys.readBytes('/dev/vdb'), before)
  assert.ok(!sys.commands.some((line) => line.startsWith('mkfs')))
  assert.ok(sys.logged.some((line) => /WARNING: No cache: .*\/dev\/vda, \/dev\/vdb/.test(line)))
})

test('openCache() does not wait for other disks when the labelled one is there', () => {
  const sys = machine({ vda1: { bytes: ext4('B2C_CACHE'), partition: true } })
  assert.notEqual(open(sys, { kind: 'auto' }), undefined)
  assert.equal(sys.uptimeMs(), 0)
  assert.ok(!sys.exists('/seen-empty'))
})

test('openCache() waits for other disks only until all drivers have looked, and longer where there is USB', () => {
  const empty = () => machine({ vda: { bytes: new Uint8Array(16 * mebibyte) } })
  const sys = empty()
  let looks = 0
  const busy = { settled: () => ++looks > 3 }
  openCache(
    sys,
    machineReporter(sys),
    { kind: 'auto' },
    {
      drivers: busy,
      filesystemPath: (name) => name,
      onEmpty: () => {},
    },
  )
  assert.ok(looks === 4 && sys.uptimeMs() < 100)

  const late = empty()
  late.addFile('/sys/bus/usb/devices/usb1/x', '')
  assert.notEqual(open(late, { kind: 'auto' }), undefined)
  assert.ok(late.uptimeMs() >= 4_000 && late.uptimeMs() < 4_200)
})

test('openCache() gives a stick the time to appear before it takes an empty disk', () => {
  const sys = machine({ vda: { bytes: new Uint8Array(16 * mebibyte) } })
  sys.makeDirs('/sys/bus/usb/devices/usb1')
  const nap = sys.sleepMs.bind(sys)
  sys.sleepMs = (durationMs) => {
    nap(durationMs)
    // On a slow computer it may be that long until its disk is there.
    if (sys.uptimeMs() >= 2_500) sys.makeDirs('/sys/bus/usb/devices/1-1')
    if (sys.uptimeMs() < 5_500 || sys.exists('/dev/sda2')) return
    sys.addFile('/dev/sda2', ext4('B2C_CACHE'))
    sys.addFile('/sys/class/block/sda2/size', `${16 * 1024}\n`)
    sys.addFile('/sys/class/block/sda2/partition', '2\n')
  }
  assert.notEqual(open(sys, { kind: 'auto' }), undefined)
  assert.ok(sys.commands.some((line) => /^mount .*\/dev\/sda2 /.test(line)))
  assert.ok(!sys.commands.some((line) => line.startsWith('mkfs')))
})

test('openCache() makes its own anew when nothing helps, and says what is lost', () => {
  let mounts = 0
  const sys = machine({ vda1: { bytes: ext4('B2C_CACHE'), partition: true } }, () => ++mounts > 1)
  assert.notEqual(open(sys, { kind: 'auto' }), undefined)
  assert.ok(sys.commands.includes('e2fsck -y /dev/vda1'))
  assert.ok(sys.logged.some((line) => line.includes('b2c/cache-lost')))
})

test('openCache() looks what it can save of a partition that has its name and a file system that cannot be read', () => {
  const damaged = ext4('')
  damaged.fill(0xff, 1024, 2048)
  const addNamed = (bytes: Uint8Array) => {
    const sys = machine({ vda1: { bytes, partition: true } }, () => tries++ > 0)
    sys.addFile('/sys/class/block/vda1/uevent', 'PARTNAME=B2C_CACHE\n')
    let tries = bytes === damaged ? 0 : 1
    assert.notEqual(open(sys, { kind: 'auto' }), undefined)
    return sys.commands.filter((line) => /^(e2fsck|mkfs)/.test(line)).map((line) => line.replace(/ .*/, ''))
  }
  assert.deepEqual(addNamed(damaged), ['e2fsck', 'mkfs.ext4'])
  assert.deepEqual(addNamed(new Uint8Array(8 * mebibyte)), ['mkfs.ext4'])
  assert.deepEqual(addNamed(ext4('other')), [])
})

test('openCache() goes on without one when a file system that is not its own cannot be mounted', () => {
  for (const label of ['data', '']) {
    const sys = machine({ vda1: { bytes: ext4(label), partition: true } }, () => false)
    assert.equal(open(sys, { kind: 'device', path: '/dev/vda1' }), undefined)
    assert.ok(sys.commands.includes('e2fsck -p /dev/vda1'))
    assert.ok(!sys.commands.some((line) => line.startsWith('mkfs')))
    assert.ok(sys.logged.some((line) => line.includes('not made anew')))
  }
})

test('openCache() leaves a named partition as it is when there is something on it', () => {
  const bytes = new Uint8Array(8 * mebibyte)
  for (const [i, char] of [...'XFSB'].entries()) bytes[i] = char.charCodeAt(0)
  const rows: [Uint8Array, boolean, number][] = [
    [ext4('data'), true, 0],
    [bytes, false, 0],
    [new Uint8Array(8 * mebibyte), true, 1],
  ]
  for (const [bytes, isCache, formats] of rows) {
    const sys = machine({ vda1: { bytes, partition: true } })
    assert.equal(open(sys, { kind: 'device', path: '/dev/vda1' }) !== undefined, isCache)
    assert.equal(sys.commands.filter((line) => line.startsWith('mkfs')).length, formats)
    assert.equal(sys.uptimeMs(), 0)
  }
})

test('openCache() gives the partitions of a named disk the time to appear', () => {
  const sys = machine({ sda: { bytes: new Uint8Array(8 * mebibyte) } })
  sys.addFile('/sys/class/block/sda/removable', '1\n')
  sys.makeDirs('/sys/bus/usb/devices/1-1')
  const nap = sys.sleepMs.bind(sys)
  sys.sleepMs = (durationMs) => {
    nap(durationMs)
    if (sys.uptimeMs() < 300 || sys.exists('/dev/sda1')) return
    sys.addFile('/dev/sda1', ext4('B2C_CACHE'))
    sys.addFile('/sys/class/block/sda1/size', '16384\n')
    sys.addFile('/sys/class/block/sda1/partition', '1\n')
    sys.addFile('/sys/class/block/sda/sda1/partition', '1\n')
  }
  assert.notEqual(open(sys, { kind: 'device', path: '/dev/sda' }), undefined)
  assert.ok(sys.commands.some((line) => /^mount .*\/dev\/sda1 /.test(line)))
  assert.ok(!sys.commands.some((line) => line.startsWith('mkfs')))
})

test('openCache() waits ten seconds for a device that is named', () => {
  const sys = machine({})
  assert.equal(open(sys, { kind: 'device', path: '/dev/sdx' }), undefined)
  assert.ok(sys.uptimeMs() >= 10_000 && sys.uptimeMs() < 11_000)
})

test('openCache() tells a cache that was not closed', () => {
  const sys = machine({ vda1: { bytes: ext4('B2C_CACHE'), partition: true } })
  for (const name of ['sync', 'umount']) sys.addProgram(name)
  const first = open(sys, { kind: 'auto' })
  assert.equal(first?.isUnclean, false)
  assert.equal(open(sys, { kind: 'auto' })?.isUnclean, true)
  const overlay = '/run/afloat/cache/containers/overlay'
  sys.addFile('/proc/self/mountinfo', `1 0 8:1 / ${overlay} rw - ext4 /dev/vda1 rw\n`)
  first?.close()
  assert.deepEqual(sys.commands.slice(-2), [`umount ${overlay}`, 'umount /run/afloat/cache'])
  assert.equal(open(sys, { kind: 'auto' })?.isUnclean, false)
})
