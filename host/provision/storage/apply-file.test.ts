import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { StepOf } from '../plan/step.ts'
import { FakeMachine, failureOf } from '../testing/fake-machine.ts'
import { applyFile } from './apply-file.ts'

const step = (changes: Partial<StepOf<'file'>>): StepOf<'file'> => ({
  kind: 'file',
  path: '/srv/a',
  append: [],
  owner: {},
  overwrite: false,
  place: '$.storage.files.0',
  ...changes,
})
const text = (text: string) => ({ kind: 'text', text }) as const

describe('applyFile()', () => {
  test('makes an empty file without contents, and leaves one that is there', () => {
    const machine = new FakeMachine({ files: { '/srv/b': 'kept' } })
    applyFile(machine, step({}))
    applyFile(machine, step({ path: '/srv/b', mode: 0o600, owner: { user: 5 } }))
    assert.deepEqual(machine.stat('/srv/a'), { kind: 'file', mode: 0o644, uid: 0, gid: 0, size: 0 })
    assert.deepEqual(machine.stat('/srv/b'), { kind: 'file', mode: 0o600, uid: 5, gid: 0, size: 4 })
  })

  test('accepts the same contents without overwrite, and changes mode and owner', () => {
    const machine = new FakeMachine({ files: { '/srv/a': 'same', '/srv/b': 'same', '/stage': 'same' } })
    applyFile(machine, step({ contents: text('same'), mode: 0o600 }))
    assert.equal(machine.stat('/srv/a')?.mode, 0o600)
    applyFile(machine, step({ path: '/srv/b', contents: { kind: 'staged', path: '/stage' } }))
    machine.addFile('/stage', 'other')
    assert.equal(
      failureOf(() =>
        applyFile(machine, step({ path: '/srv/b', contents: { kind: 'staged', path: '/stage' } })),
      ).code,
      'provision/file-exists',
    )
  })

  test('replaces with overwrite: also a folder, and a link but not its target', () => {
    const machine = new FakeMachine({ files: { '/srv/dir/x': '', '/srv/target': 'kept', '/srv/old': 'old' } })
    machine.chown('/srv/old', 5, 5)
    machine.symlink('target', '/srv/link')
    for (const name of ['dir', 'link', 'old']) {
      applyFile(machine, step({ path: `/srv/${name}`, contents: text('new'), overwrite: true }))
      assert.equal(machine.lstat(`/srv/${name}`)?.kind, 'file')
      assert.equal(machine.readText(`/srv/${name}`), 'new')
    }
    assert.equal(machine.readText('/srv/target'), 'kept')
    assert.equal(machine.stat('/srv/old')?.uid, 0, 'a new file does not inherit an owner')
  })

  test('appends to a file that is there, to new contents, and to nothing', () => {
    const machine = new FakeMachine({ files: { '/srv/a': 'old ', '/stage': 'staged' } })
    machine.chmod('/srv/a', 0o640)
    applyFile(machine, step({ append: [text('one '), { kind: 'staged', path: '/stage' }] }))
    assert.equal(machine.readText('/srv/a'), 'old one staged')
    assert.equal(machine.stat('/srv/a')?.mode, 0o640)
    applyFile(machine, step({ path: '/srv/b', contents: text('first '), append: [text('second')] }))
    assert.equal(machine.readText('/srv/b'), 'first second')
    applyFile(machine, step({ path: '/srv/c', append: [text('alone')] }))
    assert.equal(machine.readText('/srv/c'), 'alone')
  })

  test('never shows half a file, nor contents under a wider mode', () => {
    const machine = new FakeMachine({ files: { '/srv/a': 'old' } })
    const seen: (number | undefined)[] = []
    machine.fault = (operation, path) => {
      if (operation === 'rename') return 'EIO'
      if (operation === 'chown' || operation === 'chmod') seen.push(machine.stat(path)?.mode)
      return undefined
    }
    failureOf(() => applyFile(machine, step({ contents: text('new'), overwrite: true, owner: { user: 5 } })))
    assert.equal(machine.readText('/srv/a'), 'old')
    assert.deepEqual(seen, [0o600, 0o600])
  })
})
