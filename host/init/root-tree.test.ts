import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../sys/fake-sys.ts'
import { mountSystem } from './root-tree.ts'

function machine(files: Record<string, string> = {}): FakeSys {
  const sys = new FakeSys({ files })
  sys.addProgram('mount')
  sys.makeDirs('/sysroot/lost+found')
  return sys
}

test('mountSystem() makes the tree on an empty file system', () => {
  const sys = machine()
  mountSystem(sys)
  assert.equal(sys.readLink('/sysroot/lib64'), 'usr/lib64')
  assert.equal(sys.stat('/sysroot/tmp')?.mode, 0o1777)
  assert.equal(sys.stat('/sysroot/root')?.mode, 0o700)
  assert.equal(sys.commands[0], 'mount -o bind /stage/usr /sysroot/usr')
  assert.match(sys.commands[1] ?? '', /^mount -t overlay -o lowerdir=\/sysroot\/usr\/share\/afloat\/etc,/)
  assert.match(sys.commands[1] ?? '', /,index=off,metacopy=off,redirect_dir=off overlay \/sysroot\/etc$/)
})

test('mountSystem() keeps everything on a machine that was provisioned', () => {
  const sys = machine({ '/sysroot/var/lib/afloat/provisioned.json': '{}', '/sysroot/data/keep': 'me' })
  mountSystem(sys)
  assert.equal(sys.readText('/sysroot/data/keep'), 'me')
})

test('mountSystem() undoes a first boot that was cut short', () => {
  const sys = machine({
    '/sysroot/var/lib/afloat/provisioning': '',
    '/sysroot/home/core/.ssh/authorized_keys': 'half',
    '/sysroot/data/half': 'written',
  })
  mountSystem(sys)
  assert.equal(sys.exists('/sysroot/home/core'), false)
  assert.equal(sys.exists('/sysroot/data'), false)
  assert.equal(sys.exists('/sysroot/var/lib/afloat/provisioning'), false)
  assert.equal(sys.exists('/sysroot/lost+found'), true)
})

test('mountSystem() goes on after a cut between making the tree and provisioning', () => {
  const sys = machine({ '/sysroot/etc/x': '' })
  mountSystem(sys)
  assert.equal(sys.exists('/sysroot/etc/x'), true)
})

test('mountSystem() leaves a file system alone that is not its own', () => {
  const sys = machine({ '/sysroot/photos/1.jpg': 'precious' })
  assert.throws(() => mountSystem(sys), {
    code: 'init/root-foreign',
    message: 'Cannot use the root partition: it holds "photos", which no Afloat machine has put there',
  })
  assert.equal(sys.readText('/sysroot/photos/1.jpg'), 'precious')
  assert.deepEqual(sys.commands, [])
})
