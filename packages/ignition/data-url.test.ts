import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { decodeDataUrl, encodeDataUrl } from './data-url.ts'
import { decodeUtf8, encodeUtf8, utf8Length } from './utf8.ts'

for (const [source, text] of [
  ['data:,', ''],
  ['data:,hello%20world%0A', 'hello world\n'],
  ['data:text/plain;charset=utf-8;base64,aGk=', 'hi'],
  ['DATA:;BASE64,aGk=', 'hi'],
  ['data:;base64,aGk%3D', 'hi'],
  ['data:,a,b', 'a,b'],
  ['data:,%C3%BC', 'ü'],
] as const)
  test(`decodeDataUrl() of ${source}`, () => assert.equal(decodeUtf8(decodeDataUrl(source)), text))

for (const [source, problem] of [
  ['data:text/plain', 'missing comma before data'],
  ['http://x/,', 'missing data prefix'],
  ['data:,100%', 'rfc2396: unexpected end of unescape sequence'],
  ['data:,%zz', 'rfc2396: invalid char 0x25 in unescape sequence'],
  ['data:,ü', 'invalid data character'],
  ['data:;base64,aGk', 'illegal base64 data at input byte 0'],
  ['data:;base64,aGkhaGk', 'illegal base64 data at input byte 4'],
  ['data:;base64,a=k=', 'illegal base64 data at input byte 1'],
  ['data:;base64,aG=k', 'illegal base64 data at input byte 3'],
  ['data:;base64,aG==aG==', 'illegal base64 data at input byte 4'],
  ['data:;base64,aGk=aGk=', 'illegal base64 data at input byte 4'],
  ['data:;base64,aü==', 'invalid data character'],
] as const)
  test(`decodeDataUrl() refuses ${source}`, () =>
    assert.throws(() => decodeDataUrl(source), {
      code: 'ignition/bad-data-url',
      message: `Cannot decode data URL: ${problem}`,
    }))

test('encodeDataUrl() takes the shorter form, the readable one on a tie', () => {
  assert.equal(encodeDataUrl(encodeUtf8('a b')), 'data:,a%20b')
  assert.equal(encodeDataUrl(encodeUtf8('{}{}{}')), 'data:;base64,e317fXt9')
  assert.equal(encodeDataUrl(encodeUtf8('====')), 'data:,%3D%3D%3D%3D')
})

test('decodeDataUrl() gives back what encodeDataUrl() took', () => {
  fc.assert(
    fc.property(fc.uint8Array({ max: 255 }), (bytes) =>
      assert.deepEqual([...decodeDataUrl(encodeDataUrl(bytes))], [...bytes]),
    ),
  )
})

test('decodeBase64() gives back what encodeBase64() took', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) =>
      assert.deepEqual([...decodeBase64(encodeBase64(bytes))!], [...bytes]),
    ),
  )
  assert.deepEqual([...decodeBase64('aG\n k=', { ignoreSpace: true })!], [104, 105])
})

test('decodeUtf8() gives back what encodeUtf8() took', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20_000 }), (text) => {
      const bytes = encodeUtf8(text)
      assert.equal(decodeUtf8(bytes), text.toWellFormed())
      assert.equal(utf8Length(text), bytes.length)
    }),
    { numRuns: 50 },
  )
})

for (const bytes of [
  [0x80],
  [0xc0, 0x80],
  [0xe0, 0x80, 0x80],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xc3],
  [0xff],
])
  test(`decodeUtf8() refuses ${bytes.map((byte) => byte.toString(16))}`, () =>
    assert.equal(decodeUtf8(Uint8Array.from(bytes)), undefined))
