import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StepOf } from '../plan/step.ts'
import { FakeMachine, failureOf } from '../testing/fake-machine.ts'
import { applyDirectory } from './apply-directory.ts'

const step = (path: string, changes: Partial<StepOf<'directory'>> = {}): StepOf<'directory'> => ({
  kind: 'directory',
  path,
  owner: {},
  overwrite: false,
  place: '$.storage.directories.0',
  ...changes,
})

test('applyDirectory() makes a folder and the ones above it', () => {
  const machine = new FakeMachine()
  applyDirectory(machine, step('/srv/a/b', { mode: 0o700, owner: { user: 5, group: 6 } }))
  assert.deepEqual(machine.stat('/srv/a/b'), { kind: 'directory', mode: 0o700, uid: 5, gid: 6, size: 0 })
  assert.deepEqual(machine.stat('/srv/a'), { kind: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 })
})

test('applyDirectory() keeps a folder that is there, or empties it with overwrite', () => {
  const machine = new FakeMachine({ files: { '/srv/a/x': '' } })
  machine.chmod('/srv/a', 0o711)
  applyDirectory(machine, step('/srv/a'))
  assert.deepEqual([machine.list('/srv/a'), machine.stat('/srv/a')?.mode], [['x'], 0o711])
  applyDirectory(machine, step('/srv/a', { overwrite: true }))
  assert.deepEqual([machine.list('/srv/a'), machine.stat('/srv/a')?.mode], [[], 0o755])
})

test('applyDirectory() refuses a file or link in its place, and to empty what is mounted or needed', () => {
  const machine = new FakeMachine({
    files: { '/srv/file': '', '/proc/self/mountinfo': '3 1 8:1 / /srv/data/disk rw - ext4 /dev/vdb rw\n' },
  })
  machine.symlink('/etc', '/srv/link')
  machine.makeDirs('/srv/data/disk')
  const codes = [
    step('/srv/file'),
    step('/srv/link'),
    step('/etc', { overwrite: true }),
    step('/srv/data', { overwrite: true }),
  ].map((refused) => failureOf(() => applyDirectory(machine, refused)).code)
  assert.deepEqual(codes, [
    'provision/path-taken',
    'provision/path-taken',
    'provision/never-removed',
    'provision/never-removed',
  ])
})
