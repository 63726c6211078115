import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashB } from '../slots/test-machine.ts'
import { assembleNextRoot, discardNextRoot } from './next-root.ts'
import { addMount, removeMounts, rootMachine } from './test-machine.ts'

const target = { rootHash: hashB, usrDevice: '/dev/vda4', verityDevice: '/dev/vda5' }

test('assembleNextRoot() puts the other /usr and its /etc into the root that is there', () => {
  const sys = rootMachine()
  addMount(sys, '/var', '253:9 /')
  const root = assembleNextRoot(sys, target)
  assert.deepEqual(root, { path: '/run/nextroot', usr: '/dev/mapper/usr-bbbbbbbb', carried: ['/var'] })
  const etc = '/run/nextroot/var/lib/afloat/etc'
  assert.deepEqual(
    sys.commands.filter((line) => /^(mount|umount)/.test(line)),
    [
      'mount -o bind / /run/nextroot',
      'mount --make-rprivate /run/nextroot',
      'mount -t erofs -o ro /dev/mapper/usr-bbbbbbbb /run/nextroot/usr',
      `mount -t overlay -o lowerdir=/run/nextroot/usr/share/afloat/etc,upperdir=${etc}/upper,workdir=${etc}/work-2,index=off,metacopy=off,redirect_dir=off overlay /run/nextroot/etc`,
      'mount --bind --make-private /var /run/nextroot/var',
    ],
  )
})

test('assembleNextRoot() takes the device that is open already, and the work folder that is not in use', () => {
  const sys = rootMachine()
  sys.mustRun([
    'dmsetup',
    'create',
    'usr',
    '--table',
    `0 8 verity 1 254:4 254:5 4096 4096 1 1 sha256 ${hashB} 00`,
  ])
  sys.addFile('/proc/self/mountinfo', sys.readText('/proc/self/mountinfo')!.replace(/\/work$/m, '/work-2'))
  assert.equal(assembleNextRoot(sys, target).usr, '/dev/mapper/usr')
  assert.ok(sys.commands.at(-1)?.includes('/etc/work,'))
})

test('assembleNextRoot() discards what was assembled before', () => {
  const sys = rootMachine()
  assembleNextRoot(sys, target)
  assembleNextRoot(sys, target)
  assert.equal(sys.commands.filter((line) => line === 'umount --recursive /run/nextroot').length, 1)
})

test('a slot that cannot be used leaves nothing behind', () => {
  assert.throws(() => assembleNextRoot(rootMachine('crc32'), target), { code: 'slots/damaged' })
  const sys = rootMachine()
  sys.addProgram('mount', (args) => {
    if (args.includes('erofs')) return { code: 32, stderr: 'wrong fs type' }
    if (args.includes('bind')) addMount(sys, args.at(-1)!)
    return {}
  })
  assert.throws(() => assembleNextRoot(sys, target), {
    code: 'softreboot/root-not-assembled',
    message: /wrong fs type/,
  })
  assert.equal(sys.commands.at(-1), 'umount --recursive /run/nextroot')
})

test('a root in use is let go of lazily', () => {
  const sys = rootMachine()
  addMount(sys, '/run/nextroot')
  sys.addProgram('umount', (args) => {
    if (!args.includes('--lazy')) return { code: 32, stderr: 'target is busy' }
    removeMounts(sys, args.at(-1)!)
    return {}
  })
  discardNextRoot(sys)
  assert.equal(sys.commands.at(-1), 'umount --recursive --lazy /run/nextroot')
})
