import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Filesystem } from '@afloat/boot2container'
import { FakeSys } from '../sys/fake-sys.ts'
import { mountCommand } from '../sys/mounts.ts'
import { mountRequest, openFilesystems } from './filesystems.ts'
import { machineReporter } from './reporter.ts'

const shown = (filesystem: Partial<Filesystem>): string =>
  mountCommand(mountRequest({ name: 'x', source: '/dev/vda', options: [], ...filesystem }, '/t')).join(' ')

test('mountRequest() knows what is on another machine, and what virtual machines share', () => {
  assert.equal(shown({}), 'mount /dev/vda /t')
  assert.equal(shown({ type: 'ext4', options: ['ro', 'noatime'] }), 'mount -t ext4 -o ro,noatime /dev/vda /t')
  assert.equal(shown({ source: 'host:/a' }), 'mount -t nfs -o nolock host:/a /t')
  assert.equal(shown({ source: 'host:/a', type: 'nfs4' }), 'mount -t nfs4 host:/a /t')
  assert.equal(shown({ source: 'tag', type: 'virtiofs' }), 'mount -t virtiofs tag /t')
  assert.equal(shown({ source: 'tag', type: '9p' }), 'mount -t 9p -o trans=virtio tag /t')
})

test('openFilesystems() mounts at the first use, once, and needs the network only for what is remote', () => {
  const sys = new FakeSys()
  for (const name of ['mount', 'umount', 'modprobe']) sys.addProgram(name)
  let needed = 0
  const wanted = [
    { name: 'far', source: 'host:/a', options: [] },
    { name: 'gone', source: '/dev/sdz', options: [] },
  ]
  const filesystems = openFilesystems(sys, machineReporter(sys), wanted, () => needed++)
  assert.equal(filesystems.path('far'), '/run/afloat/filesystems/far')
  filesystems.path('far')
  assert.equal(needed, 1)
  assert.throws(() => filesystems.path('gone'), { code: 'b2c/filesystem-missing' })
  assert.throws(() => filesystems.path('other'), { code: 'b2c/filesystem-missing' })
  filesystems.close()
  assert.equal(sys.commands.at(-1), 'umount /run/afloat/filesystems/far')
})

test('openFilesystems() names the pack that a driver may be in', () => {
  const sys = new FakeSys({ files: { '/proc/filesystems': 'nodev\ttmpfs\n\text4\n' } })
  sys.addProgram('modprobe')
  sys.addProgram('mount', () => ({ code: 32, stderr: 'mount: No such device' }))
  const wanted = [{ name: 'n', source: 'host:/a', options: [] }]
  const filesystems = openFilesystems(sys, machineReporter(sys), wanted, () => {})
  assert.throws(() => filesystems.path('n'), {
    code: 'b2c/filesystem-unusable',
    hint: 'The kernel has no driver for "nfs": add the pack "nfs"',
  })
})
