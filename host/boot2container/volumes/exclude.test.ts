import assert from 'node:assert/strict'
import { test } from 'node:test'
import { excluder } from './exclude.ts'

for (const [pattern, name, is] of [
  ['*.tmp', 'a.tmp', true],
  ['*.tmp', 'deep/er/a.tmp', true],
  ['*.tmp', 'a.tmpx', false],
  ['cache/*', 'cache/a/b', true],
  ['cache/*', 'my/cache/a', false],
  ['/cache/*', 'cache/a', true],
  ['a?c', 'a/c', true],
  ['a?c', 'a🚢c', true],
  ['a?c', 'ac', false],
  ['a.c', 'abc', false],
  ['[a](b)+$^|{}\\', '[a](b)+$^|{}\\', true],
  ['line*', 'line\nbreak', true],
  ['', '', true],
  ['', 'a', false],
] as const)
  test(`excluder() ${is ? 'takes' : 'does not take'} ${JSON.stringify(name)} for ${JSON.stringify(pattern)}`, () => {
    assert.equal(excluder([pattern])(name), is)
  })

test('excluder() needs one of several', () => {
  assert.equal(excluder(['a', 'b'])('b'), true)
  assert.equal(excluder([])('b'), false)
})
