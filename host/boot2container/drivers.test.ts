import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../sys/fake-sys.ts'
import { insertModules, startDrivers } from './drivers.ts'
import { places } from './places.ts'

test('startDrivers() gives drivers to what other drivers have found before it calls that settled', () => {
  const sys = new FakeSys()
  const disk = (bus: string, name: string) => sys.addFile(`/sys/bus/${bus}/devices/0/modalias`, `${name}\n`)
  disk('pci', 'pci:v1')
  const loaded: string[] = []
  sys.addProgram('sh')
  sys.addProgram('modprobe', (args) => {
    loaded.push(args.slice(2).join(' '))
    if (args.includes('pci:v1')) disk('virtio', 'virtio:d2')
    return {}
  })
  const drivers = startDrivers(sys)
  assert.equal(drivers.settled(), false)
  sys.addFile('/proc/modules', 'ext4 1 0 - Live 0x0\nvirtio_blk 1 0 - Loading 0x0\n')
  assert.equal(drivers.settled(), false)
  sys.addFile('/proc/modules', 'ext4 1 0 - Live 0x0\nvirtio_blk 1 0 - Live 0x0\n')
  assert.equal(drivers.settled(), true)
  assert.deepEqual(loaded, ['overlay ext4 af_packet', 'sd_mod pci:v1', 'virtio:d2'])
})

test('insertModules() takes a file of the user before the module of that name in the pack', () => {
  const sys = new FakeSys()
  for (const name of ['insmod', 'modprobe'])
    sys.addProgram(name, ([last]) => ({ code: last === 'none' ? 1 : 0 }))
  sys.addFile('/usr_mods/a.ko', '')
  sys.addFile('/usr_mods/net/b.ko', '')
  const files = ['a.ko', 'net/b.ko', 'drivers/net/igb.ko', '/c.ko.xz', 'none.ko']
  assert.deepEqual(insertModules(sys, files, places.modules), [['none.ko', '']])
  assert.deepEqual(sys.commands, [
    'insmod /usr_mods/a.ko',
    'insmod /usr_mods/net/b.ko',
    'modprobe igb',
    'modprobe c',
    'modprobe none',
  ])
})
