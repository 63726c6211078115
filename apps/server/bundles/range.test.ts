import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseRange } from './range.ts'

const table = [
  [undefined, 'whole'],
  ['bytes=0-', { first: 0, last: 99 }],
  ['bytes=0-0', { first: 0, last: 0 }],
  ['bytes=90-', { first: 90, last: 99 }],
  ['bytes=90-1000', { first: 90, last: 99 }],
  ['bytes=99-99', { first: 99, last: 99 }],
  ['Bytes= 5-6 ', { first: 5, last: 6 }],
  ['bytes=-10', { first: 90, last: 99 }],
  ['bytes=-1000', { first: 0, last: 99 }],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=99999999999999999999999-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=6-5', 'whole'],
  ['bytes=-', 'whole'],
  ['bytes=0-1,3-4', 'whole'],
  ['lines=0-1', 'whole'],
  ['bytes=a-b', 'whole'],
  ['bytes=1', 'whole'],
] as const

test('parseRange() reads what RFC 9110 has, for a file of 100 bytes', () => {
  for (const [header, expected] of table)
    assert.deepEqual([header, parseRange(header, 100)], [header, expected])
})

test('parseRange() stays within the file', () => {
  const header = fc.stringMatching(/^bytes=[0-9]{0,6}-[0-9]{0,6}$/)
  fc.assert(
    fc.property(header, fc.integer({ min: 1, max: 100_000 }), (text, size) => {
      const range = parseRange(text, size)
      if (typeof range === 'string') return
      assert.ok(0 <= range.first && range.first <= range.last && range.last < size)
    }),
  )
})
