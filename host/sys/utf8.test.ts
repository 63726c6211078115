import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

test('decodeUtf8() gives back what encodeUtf8() wrote', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(decodeUtf8(encodeUtf8(text)), text)
    }),
  )
})

test('encodeUtf8() writes the bytes of the standard', () => {
  assert.deepEqual([...encodeUtf8('Aß€😀')], [0x41, 0xc3, 0x9f, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80])
  assert.deepEqual([...encodeUtf8('\ud800A\udc00')], [0xef, 0xbf, 0xbd, 0x41, 0xef, 0xbf, 0xbd])
})

test('decodeUtf8() replaces each maximal bad part once', () => {
  const cases: [number[], string][] = [
    [[0xc0, 0xaf], '\ufffd\ufffd'],
    [[0xe2, 0x82], '\ufffd'],
    [[0xe2, 0x82, 0x41], '\ufffdA'],
    [[0xed, 0xa0, 0x80], '\ufffd\ufffd\ufffd'],
    [[0xf0, 0x9f, 0x98, 0x41], '\ufffdA'],
    [[0xf5, 0x80], '\ufffd\ufffd'],
    [[0xef, 0xbb, 0xbf, 0x41], '\ufeffA'],
  ]
  for (const [bytes, text] of cases) assert.equal(decodeUtf8(Uint8Array.from(bytes)), text)
})

test('decodeUtf8() reads texts longer than its chunks', () => {
  const text = 'é😀'.repeat(5000)
  assert.equal(decodeUtf8(encodeUtf8(text)), text)
})
