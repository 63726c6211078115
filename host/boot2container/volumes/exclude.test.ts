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
    assert.equal(excluder({ exclude: [pattern] })(name), is)
  })

test('excluder() needs one of several', () => {
  assert.equal(excluder({ exclude: ['a', 'b'] })('b'), true)
  assert.equal(excluder({ exclude: [] })('b'), false)
})

for (const [name, ...tops] of [
  ['vault.encrypted/data/x', 'filesystem', 'cache'],
  ['seed/image.tar', 'filesystem', 'cache'],
  ['lost+found/#12', 'filesystem', 'cache'],
  ['.b2c-job.unstored', 'filesystem', 'cache'],
  ['containers/overlay/x', 'cache'],
  ['swap', 'cache'],
  ['my/seed/x'],
  ['a.encrypted'],
  ['seed'],
  ['swapped'],
] as const)
  test(`excluder() leaves ${JSON.stringify(name)} alone at the top of: ${tops.join(', ') || 'nothing'}`, () => {
    const found = (['filesystem', 'cache'] as const).filter((topOf) => excluder({ exclude: [], topOf })(name))
    assert.deepEqual(found, tops)
    assert.equal(excluder({ exclude: [] })(name), false)
  })
