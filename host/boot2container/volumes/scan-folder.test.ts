import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../../sys/fake-sys.ts'
import { leadsInside, scanFolder } from './scan-folder.ts'

const secret = '/etc/secret'

function machine(): FakeSys {
  return new FakeSys({ files: { '/v/a': 'aa', '/v/d/e/b': 'b', '/v/d/c.part.minio': 'half', [secret]: 's' } })
}

test('scanFolder() finds files at any depth, and none that is half fetched', () => {
  const sys = machine()
  sys.makeDirs('/v/empty')
  const found = scanFolder(sys, '/v')
  assert.deepEqual([...found.keys()], ['a', 'd/e/b'])
  assert.deepEqual(found.get('a'), { sizeBytes: 2, version: sys.version('/v/a') })
  assert.equal(scanFolder(sys, '/none').size, 0)
})

test('scanFolder() follows a link to a file of the folder, by whatever way, and no other', () => {
  const sys = machine()
  for (const [link, target] of [
    ['same', 'a'],
    ['d/up', '../a'],
    ['twice', 'd/up'],
    ['round', 'round'],
    ['dangling', 'none'],
    ['absolute', '/v/a'],
    ['outside', '../etc/secret'],
    ['d/e/far', '../../../etc/secret'],
    ['folder', 'd'],
    ['through', 'folder/e/b'],
    ['beside', '../v2/x'],
    ['etc', '/etc'],
    ['by-etc', 'etc/secret'],
  ])
    sys.symlink(target!, `/v/${link}`)
  sys.addFile('/v2/x', 'x')
  assert.deepEqual([...scanFolder(sys, '/v').keys()].sort(), ['a', 'd/e/b', 'd/up', 'same', 'twice'])
  assert.equal(scanFolder(sys, '/v').get('twice')?.version, sys.version('/v/a'))
})

test('leadsInside() refuses ways over links and files', () => {
  const sys = machine()
  sys.symlink('/etc', '/v/link')
  for (const [name, leads] of [
    ['a', true],
    ['d/e/b', true],
    ['new/er/b', true],
    ['link/secret', false],
    ['link/deep/er', false],
    ['a/b', false],
  ] as const)
    assert.equal(leadsInside(sys, '/v', name), leads, name)
})
