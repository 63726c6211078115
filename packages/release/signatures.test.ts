import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeBase64 } from '@afloat/ignition/base64'
import { encodeUtf8 } from '@afloat/ignition/utf8'
import fc from 'fast-check'
import { formatPublicKeyPem, parsePublicKey } from './public-key.ts'
import { formatSignatures, parseSignatures } from './signatures.ts'

const signature = { keyId: '0123456789abcdef', signature: encodeBase64(new Uint8Array(64).fill(7)) }
const parse = (value: unknown) => parseSignatures(encodeUtf8(JSON.stringify(value)))

test('parseSignatures() gives back what formatSignatures() wrote', () => {
  const list = [signature, { ...signature, keyId: 'f'.repeat(16) }]
  assert.deepEqual(parseSignatures(encodeUtf8(formatSignatures(list))), list)
})

test('parseSignatures() tells a bundle without signatures from one with damaged ones', () => {
  assert.throws(() => parse([]), { code: 'release/unsigned' })
  for (const value of [
    null,
    {},
    'x',
    [1],
    [{}],
    [{ ...signature, keyId: '0123' }],
    [{ ...signature, signature: '' }],
    [{ ...signature, signature: encodeBase64(new Uint8Array(63)) }],
    Array(17).fill(signature),
  ])
    assert.throws(() => parse(value), { code: 'release/bad-signatures' }, JSON.stringify(value))
  for (const bytes of [new Uint8Array(0), Uint8Array.of(0xff), new Uint8Array(65537).fill(32)])
    assert.throws(() => parseSignatures(bytes), { code: 'release/bad-signatures' })
})

test('parsePublicKey() reads base64 and PEM', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (raw) => {
      assert.deepEqual([...parsePublicKey(encodeBase64(raw))!], [...raw])
      assert.deepEqual([...parsePublicKey(formatPublicKeyPem(raw))!], [...raw])
    }),
  )
  // Made with openssl genpkey -algorithm ed25519, then pkey -pubout.
  const pem = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
`
  assert.equal(encodeBase64(parsePublicKey(pem)!), 'Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=')
  assert.equal(formatPublicKeyPem(parsePublicKey(pem)!), pem)
  assert.deepEqual(parsePublicKey(pem.replaceAll('\n', '\r\n')), parsePublicKey(pem))
})

test('parsePublicKey() refuses other keys and anything else', () => {
  const pem = (bytes: Uint8Array) =>
    `-----BEGIN PUBLIC KEY-----\n${encodeBase64(bytes)}\n-----END PUBLIC KEY-----\n`
  const texts = [
    '',
    'x',
    encodeBase64(new Uint8Array(31)),
    encodeBase64(new Uint8Array(44)),
    'A'.repeat(2000),
  ]
  texts.push(pem(new Uint8Array(44)), pem(new Uint8Array(32)), pem(new Uint8Array(0)))
  texts.push(formatPublicKeyPem(new Uint8Array(32)).replaceAll('PUBLIC', 'PRIVATE'))
  for (const text of texts) assert.equal(parsePublicKey(text), undefined, text)
  assert.throws(() => formatPublicKeyPem(new Uint8Array(31)), RangeError)
})
