import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../sys/fake-sys.ts'
import { startDrivers } from './drivers.ts'

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
  assert.equal(drivers.settled(), true)
  assert.deepEqual(loaded, ['overlay ext4 af_packet', 'sd_mod pci:v1', 'virtio:d2'])
})
