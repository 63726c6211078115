import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatData, formatError, formatOptionAck, parseAnswer, parseRequest } from './packet.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')

test('parseRequest() reads what curl and iPXE send', () => {
  assert.deepEqual(parseRequest(bytes('\0\x01undionly.kpxe\0octet\0')), {
    kind: 'read',
    name: 'undionly.kpxe',
    mode: 'octet',
    options: new Map(),
  })
  assert.deepEqual(parseRequest(bytes('\0\x01a\0OCTET\0blksize\x001432\0TSIZE\x000\0')), {
    kind: 'read',
    name: 'a',
    mode: 'octet',
    options: new Map([
      ['blksize', '1432'],
      ['tsize', '0'],
    ]),
  })
  assert.equal(parseRequest(bytes('\0\x02a\0octet\0'))?.kind, 'write')
})

test('parseRequest() takes nothing else', () => {
  for (const text of [
    '',
    '\0\x01',
    '\0\x01a\0octet', // not ended
    '\0\x01a\0', // no mode
    '\0\x01a\0octet\0blksize\0', // option without a value
    '\0\x03\0\x01a\0b\0', // data
    '\x01\x01a\0octet\0',
    `\0\x01${'a'.repeat(512)}\0octet\0`,
  ])
    assert.equal(parseRequest(bytes(text)), undefined, JSON.stringify(text))
})

test('parseRequest() and parseAnswer() never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.constantFrom(1, 2, 4, 5), (noise, opcode) => {
      for (const packet of [noise, Uint8Array.of(0, opcode, ...noise)]) {
        parseRequest(packet)
        parseAnswer(packet)
      }
    }),
  )
})

test('packets are what RFC 1350 and 2347 say', () => {
  assert.deepEqual([...formatData(258, Uint8Array.of(9, 8))], [0, 3, 1, 2, 9, 8])
  assert.equal(bytes('\0\x06tsize\x0042\0').compare(formatOptionAck(new Map([['tsize', '42']]))), 0)
  assert.equal(bytes('\0\x05\0\x01gone\0').compare(formatError(1, 'gone')), 0)
  assert.deepEqual(parseAnswer(formatError(8, 'no')), { kind: 'error', code: 8, message: 'no' })
  assert.deepEqual(parseAnswer(Uint8Array.of(0, 4, 1, 2)), { kind: 'ack', block: 258 })
})
