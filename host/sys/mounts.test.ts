import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from './fake-sys.ts'
import { isMounted, mount, mountCommand, parseMountInfo } from './mounts.ts'

// From a Debian machine; optional fields before the dash vary in number.
const mountInfo = [
  '25 1 254:5 / / rw,relatime shared:1 - ext4 /dev/vda5 rw',
  '26 25 0:23 / /mnt/a\\040b rw,nosuid - tmpfs tmpfs rw,size=1024k',
  '27 25 0:24 / /etc rw shared:2 master:3 - overlay overlay rw,lowerdir=/usr/etc',
  'not a line of this form',
].join('\n')

test('parseMountInfo() reads targets with escapes and any number of optional fields', () => {
  assert.deepEqual(
    parseMountInfo(mountInfo).map(({ target, type, source, options }) => ({ target, type, source, options })),
    [
      { target: '/', type: 'ext4', source: '/dev/vda5', options: ['rw', 'relatime'] },
      { target: '/mnt/a b', type: 'tmpfs', source: 'tmpfs', options: ['rw', 'nosuid'] },
      { target: '/etc', type: 'overlay', source: 'overlay', options: ['rw'] },
    ],
  )
})

test('parseMountInfo() tells file systems apart by device number', () => {
  const { id, parent, device, root, superOptions } = parseMountInfo(mountInfo)[2]!
  assert.deepEqual(
    [id, parent, device, root, superOptions],
    [27, 25, '0:24', '/', ['rw', 'lowerdir=/usr/etc']],
  )
})

test('isMounted() is about the very target', () => {
  const sys = new FakeSys({ files: { '/proc/self/mountinfo': mountInfo } })
  assert.equal(isMounted(sys, '/etc'), true)
  assert.equal(isMounted(sys, '/etc/deeper'), false)
})

test('mount() makes the target and runs the command that mountCommand() shows', () => {
  const sys = new FakeSys()
  sys.addProgram('mount')
  const request = { source: '/dev/vda1', target: '/efi', type: 'vfat', options: ['ro', 'nosuid'] }
  mount(sys, request)
  assert.equal(sys.stat('/efi')?.kind, 'directory')
  assert.deepEqual(sys.commands, [mountCommand(request).join(' ')])
  assert.deepEqual(sys.commands, ['mount -t vfat -o ro,nosuid /dev/vda1 /efi'])
})
