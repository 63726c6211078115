import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../sys/fake-sys.ts'
import { deviceEvents } from './device-events.ts'

function machine(lines: readonly string[], options?: { ends: boolean }): FakeSys {
  const sys = new FakeSys({ files: { '/sys/bus/pci/devices/0/modalias': 'pci:v1\n' } })
  sys.addProgram('modprobe')
  sys.addWatch(['uevent'], lines, options)
  return sys
}

test('deviceEvents() returns at news and loads the driver of a new device', async () => {
  const sys = machine(['add@/devices/pci0', 'ACTION=add', 'MODALIAS=pci:v2', 'remove@/x', 'change@/y'])
  const events = deviceEvents(sys)
  await events.next(1000)
  assert.equal(sys.commands.length, 1)
  await events.next(1000)
  assert.deepEqual(sys.commands.slice(1), ['modprobe -q pci:v2'])
  await events.next(1000)
  assert.equal(sys.uptimeMs(), 1000)
})

test('deviceEvents() neither spins nor misses drivers when uevent has ended', async () => {
  const sys = machine(['add@/x'], { ends: true })
  const events = deviceEvents(sys)
  await events.next(2000)
  assert.equal(sys.uptimeMs(), 0)
  await events.next(2000)
  assert.equal(sys.uptimeMs(), 500)
  assert.deepEqual(sys.commands.slice(1), ['modprobe -q -a pci:v1'])
})
