import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../sys/fake-sys.ts'
import { listMounts, mount } from '../sys/mounts.ts'
import { mountsOf } from './mounts-of.ts'

test('mountsOf() sees files and mounts of the other process, and runs programs of this one', () => {
  const sys = new FakeSys({
    files: {
      '/usr/lib/os-release': 'old',
      '/proc/1/root/usr/lib/os-release': 'new',
      '/proc/self/mountinfo': '34 33 253:0 / /usr ro - erofs x ro\n',
      '/proc/1/mountinfo': '34 33 253:1 / /usr ro - erofs x ro\n',
      '/dev/vda4': 'device',
    },
  })
  for (const name of ['mount', 'umount', 'dmsetup']) sys.addProgram(name)
  const there = mountsOf(sys, 1)
  assert.equal(there.readText('/usr/lib/os-release'), 'new')
  assert.equal(there.readText('/dev/vda4'), 'device')
  assert.equal(listMounts(there)[0]?.device, '253:1')
  mount(there, { source: '/', target: '/run/nextroot', options: ['bind'] })
  there.run(['umount', '--recursive', '/run/nextroot'])
  there.mustRun(['dmsetup', 'ls'])
  assert.deepEqual(sys.commands, [
    'mount -N /proc/1/ns/mnt -o bind / /run/nextroot',
    'umount -N /proc/1/ns/mnt --recursive /run/nextroot',
    'dmsetup ls',
  ])
  assert.deepEqual(there.makeDirs('/srv/a'), ['/srv', '/srv/a'])
  assert.ok(sys.exists('/proc/1/root/srv/a') && !sys.exists('/srv'))
  assert.equal(there.uptimeMs(), sys.uptimeMs())
})
