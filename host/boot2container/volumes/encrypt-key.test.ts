import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encryptKeyFor } from './encrypt-key.ts'

const hex = '0123456789abcdef'.repeat(4)
const base64 = 'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE'

for (const [value, expected] of [
  [hex, `s3/bucket/path=${hex}`],
  [`s3/bucket=${hex}`, `s3/bucket=${hex}`],
  [`${base64}=`, `s3/bucket/path=${base64}`],
  ['01234567890123456789012345678901', `s3/bucket/path=${base64}`],
  ['s3/other=01234567890123456789012345678901', `s3/other=${base64}`],
  [
    'ab/cdefghijklmnopqrstuvwxyz0123456789ABCDEF=',
    's3/bucket/path=ab/cdefghijklmnopqrstuvwxyz0123456789ABCDEF',
  ],
])
  test(`encryptKeyFor() makes ${value!.slice(0, 20)}… what the client wants`, () => {
    assert.equal(encryptKeyFor('s3/bucket/path', value!, ['s3']), expected)
  })
