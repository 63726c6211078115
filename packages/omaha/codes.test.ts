import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeErrorCode, errorCodes, readErrorCode } from './error-codes.ts'
import { eventName, events } from './events.ts'

test('readErrorCode() takes the flags off the code', () => {
  const none = { httpStatus: undefined, devMode: false, resumed: false, testImage: false, ownServer: false }
  assert.deepEqual(readErrorCode(44), { ...none, code: 44, name: 'rollback' })
  assert.deepEqual(readErrorCode(268435490), { ...none, code: 34, name: 'responseInvalid', ownServer: true })
  assert.deepEqual(readErrorCode(268437959), {
    ...none,
    code: 2503,
    name: undefined,
    httpStatus: 503,
    ownServer: true,
  })
  assert.deepEqual(readErrorCode(-2147483638), { ...none, code: 10, name: 'payloadHash', devMode: true })
})

test('readErrorCode() reads a negative code like the same bits without a sign', () => {
  for (const bits of [0x8000_000a, 0xf000_000a, 0xffff_ffff])
    assert.deepEqual(readErrorCode(bits - 2 ** 32), readErrorCode(bits))
})

test('describeErrorCode() says it in words', () => {
  assert.equal(describeErrorCode(268435466), 'Checksum of the download does not match (10)')
  assert.equal(describeErrorCode(2404), 'Server answered with HTTP status 404 (2404)')
  assert.equal(describeErrorCode(777), 'Unknown error (777)')
  assert.equal(
    describeErrorCode(0x4000_0000 + 0x2000_0000 + 9),
    'Download failed (9, resumed download, test image)',
  )
})

test('error codes are all different', () => {
  const codes = Object.values(errorCodes).map(({ code }) => code)
  assert.equal(new Set(codes).size, codes.length)
})

test('eventName() knows every event of the table, and no other', () => {
  for (const [name, event] of Object.entries(events)) assert.equal(eventName(event), name)
  for (const [type, result] of [
    [6, 1],
    [2, 1],
    [13, 0],
    [800, 2],
  ] as const)
    assert.equal(eventName({ type, result }), undefined)
})
