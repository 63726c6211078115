import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareCmdlines } from './compare-cmdlines.ts'

const same = { added: [], removed: [], reordered: [] }

test('compareCmdlines() tells what was added, removed and reordered', () => {
  assert.deepEqual(compareCmdlines('a=1 b', 'a=2 b c'), {
    added: ['a=2', 'c'],
    removed: ['a=1'],
    reordered: [],
  })
  assert.deepEqual(compareCmdlines('a=1 a=2', 'a=2 a=1'), { ...same, reordered: ['a'] })
  assert.deepEqual(compareCmdlines('a=1 a=1', 'a=1'), { ...same, removed: ['a=1'] })
  assert.deepEqual(compareCmdlines('quiet -- x y', '-- y x quiet'), {
    added: ['quiet'],
    removed: ['quiet'],
    reordered: [],
  })
  assert.deepEqual(compareCmdlines('-- x y', '-- y x'), { ...same, reordered: ['--'] })
})

test('compareCmdlines() reads quotes as the kernel does, and leaves usrhash= out', () => {
  assert.deepEqual(compareCmdlines('a="x y"  b', 'b "a=x y"'), same)
  assert.deepEqual(compareCmdlines('usrhash=12 quiet', 'quiet usrhash=34'), same)
  assert.deepEqual(compareCmdlines('quiet', ''), { ...same, removed: ['quiet'] })
})

const words = fc.array(fc.constantFrom('a', 'a=1', 'a=2', 'b', 'c=3', 'usrhash=0'), { maxLength: 6 })
const text = words.map((list) => list.join(' '))

test('compareCmdlines() finds no change from a text to itself, and the opposite the other way round', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      assert.deepEqual(compareCmdlines(a, a), same)
      const [there, back] = [compareCmdlines(a, b), compareCmdlines(b, a)]
      assert.deepEqual([...there.added].sort(), [...back.removed].sort())
      assert.deepEqual([...there.reordered].sort(), [...back.reordered].sort())
    }),
  )
})
