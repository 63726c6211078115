import assert from 'node:assert/strict'
import { test } from 'node:test'
import { editDistance, nearestName } from './nearest-name.ts'

const KEYS = ['contents', 'contents_local', 'image', 'mode', 'path', 'should_exist']

for (const [typed, meant] of [
  ['content', 'contents'],
  ['imgae', 'image'],
  ['IMAGE', 'image'],
  ['shouldExist', 'should_exist'],
  ['paht', 'path'],
  ['zzz', undefined],
  ['', undefined],
  ['x'.repeat(100_000), undefined],
] as const)
  test(`nearestName() takes ${JSON.stringify(typed.slice(0, 20))} for ${meant}`, () => {
    assert.equal(nearestName(typed, KEYS), meant)
  })

test('editDistance() counts a swap as one', () => {
  assert.equal(editDistance('abcd', 'abdc'), 1)
  assert.equal(editDistance('', 'abc'), 3)
  assert.equal(editDistance('kitten', 'sitting'), 3)
})
