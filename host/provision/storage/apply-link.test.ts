import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StepOf } from '../plan/step.ts'
import { FakeMachine, failureOf } from '../testing/fake-machine.ts'
import { applyLink } from './apply-link.ts'

const step = (changes: Partial<StepOf<'link'>>): StepOf<'link'> => ({
  kind: 'link',
  path: '/srv/deep/link',
  target: '../a',
  hard: false,
  overwrite: false,
  owner: {},
  place: '$.storage.links.0',
  ...changes,
})

test('applyLink() makes a symbolic link, and is content with the same one', () => {
  const machine = new FakeMachine()
  applyLink(machine, step({ owner: { user: 5 } }))
  applyLink(machine, step({}))
  assert.equal(machine.readLink('/srv/deep/link'), '../a')
  assert.equal(machine.lstat('/srv/deep/link')?.uid, 5)
})

test('applyLink() replaces something else only with overwrite', () => {
  const machine = new FakeMachine({ files: { '/srv/deep/link': 'file' } })
  assert.deepEqual(
    failureOf(() => applyLink(machine, step({}))),
    {
      code: 'provision/path-taken',
      message: 'Cannot make the link "/srv/deep/link": a file is there already',
    },
  )
  applyLink(machine, step({ overwrite: true }))
  assert.equal(machine.readLink('/srv/deep/link'), '../a')
})

test('applyLink() makes a hard link', () => {
  const machine = new FakeMachine({ files: { '/srv/a': 'one' } })
  applyLink(machine, step({ hard: true, target: '/srv/a' }))
  machine.writeFile('/srv/a', 'two')
  assert.equal(machine.readText('/srv/deep/link'), 'two')
})
