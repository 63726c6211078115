import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FakeSys } from '../../sys/fake-sys.ts'
import { type KnownFiles, readKnownFiles, writeKnownFiles } from './known-files.ts'

test('readKnownFiles() reads what writeKnownFiles() wrote, with any name', () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text, text)), (entries) => {
      const known: KnownFiles = new Map(entries.map(([name, version, etag]) => [name, { version, etag }]))
      const sys = new FakeSys({ files: { '/v/x': '' } })
      writeKnownFiles(sys, '/v/known', known)
      assert.deepEqual(readKnownFiles(sys, '/v/known'), known)
    }),
  )
})

test('readKnownFiles() knows nothing from a file that is lost, and the rest of one that is damaged', () => {
  const sys = new FakeSys({ files: { '/known': '["1","e","a"]\n["2",3,"b"]\n{}\n["1","e"]\n["3","e","c"' } })
  assert.deepEqual([...readKnownFiles(sys, '/known').keys()], ['a'])
  assert.equal(readKnownFiles(sys, '/none').size, 0)
})
