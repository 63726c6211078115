import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LineBuffer } from './line-buffer.ts'
import { encodeUtf8 } from './utf8.ts'

test('LineBuffer returns the same lines however the bytes are cut', () => {
  const lines = fc.array(fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll('\n', ' ')))
  fc.assert(
    fc.property(lines, fc.integer({ min: 1, max: 7 }), (expected, step) => {
      const bytes = encodeUtf8(expected.map((line) => `${line}\n`).join(''))
      const buffer = new LineBuffer()
      for (let at = 0; at < bytes.length; at += step) buffer.add(bytes.subarray(at, at + step))
      buffer.end()
      const found: string[] = []
      for (let line = buffer.take(); line !== undefined; line = buffer.take()) found.push(line)
      assert.deepEqual(found, expected)
    }),
  )
})

test('LineBuffer holds a line without its end back until the end', () => {
  const buffer = new LineBuffer()
  buffer.add(encodeUtf8('half'))
  assert.equal(buffer.ready, false)
  buffer.end()
  assert.equal(buffer.take(), 'half')
})
