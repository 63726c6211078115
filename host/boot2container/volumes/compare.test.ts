import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareFile, findDifferences } from './compare.ts'
import type { KnownFiles } from './known-files.ts'

const md5 = '0123456789abcdef0123456789abcdef'
const parts = `${md5}-3`

for (const [what, before, etag, sizeBytes, expected] of [
  ['another size', { version: '1', etag: md5 }, md5, 4, 'different'],
  ['nothing known', undefined, md5, 3, 'unclear'],
  ['nothing known, and no MD5', undefined, parts, 3, 'different'],
  ['both as they were', { version: '1', etag: md5 }, md5, 3, 'same'],
  ['both as they were, without MD5', { version: '1', etag: parts }, parts, 3, 'same'],
  ['the file changed', { version: '0', etag: md5 }, md5, 3, 'unclear'],
  ['the object changed', { version: '1', etag: 'f'.repeat(32) }, md5, 3, 'unclear'],
  ['the object changed, without MD5', { version: '1', etag: 'other-2' }, parts, 3, 'different'],
  ['stored just now', { version: '1', etag: '' }, md5, 3, 'unclear'],
  ['stored just now in parts', { version: '1', etag: '' }, parts, 3, 'same'],
  ['stored in parts, and changed since', { version: '0', etag: '' }, parts, 3, 'different'],
] as const)
  test(`compareFile() answers ${expected} for ${what}`, () => {
    const known: KnownFiles = new Map(before === undefined ? [] : [['a', before]])
    assert.equal(compareFile('a', { sizeBytes: 3, version: '1' }, { sizeBytes, etag }, known), expected)
  })

test('compareFile() takes no ETag of an encrypted object for the MD5 of its contents', () => {
  const [local, remote] = [
    { sizeBytes: 3, version: '1' },
    { sizeBytes: 3, etag: md5 },
  ]
  for (const [before, expected] of [
    [undefined, 'different'],
    [{ version: '1', etag: '' }, 'same'],
    [{ version: '1', etag: md5 }, 'same'],
    [{ version: '0', etag: md5 }, 'different'],
  ] as const) {
    const known: KnownFiles = new Map(before === undefined ? [] : [['a', before]])
    assert.equal(compareFile('a', local, remote, known, { isEncrypted: true }), expected)
  }
})

test('findDifferences() leaves out what is excluded, on both sides', () => {
  const from = new Map(['a', 'b', 'c', 'x1'].map((name) => [name, 0]))
  const to = new Map(['b', 'c', 'd', 'x2'].map((name) => [name, 0]))
  assert.deepEqual(
    findDifferences(
      from,
      to,
      (name) => name === 'b',
      (name) => name.startsWith('x'),
    ),
    { missing: ['a'], changed: ['c'], extra: ['d'] },
  )
})
