import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LineIndex } from './line-index.ts'

test('LineIndex counts lines from 1 and columns in characters', () => {
  const lines = new LineIndex('ab\nü🚢x\n')
  assert.deepEqual(lines.position(0), { line: 1, column: 1 })
  assert.deepEqual(lines.position(2), { line: 1, column: 3 })
  assert.deepEqual(lines.position(3), { line: 2, column: 1 })
  assert.deepEqual(lines.position(6), { line: 2, column: 3 })
  assert.deepEqual(lines.position(8), { line: 3, column: 1 })
  assert.deepEqual(lines.position(99), { line: 3, column: 1 })
})

test('LineIndex gives the same answers in any order', () => {
  const text = fc.array(fc.constantFrom('a', '\n', 'ü', '🚢', ' ')).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, fc.array(fc.nat(60)), (source, offsets) => {
      const shared = new LineIndex(source)
      for (const offset of offsets)
        assert.deepEqual(shared.position(offset), new LineIndex(source).position(offset))
    }),
  )
})
