import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { areArgumentsSigned, signArguments } from './sign-arguments.ts'

const pair = generateKeyPairSync('ed25519')
const other = generateKeyPairSync('ed25519')

function textOf(key: KeyObject): string {
  const { x } = key.export({ format: 'jwk' }) as { x: string }
  return Buffer.from(x, 'base64url').toString('base64')
}

test('signArguments() signs once, whatever the text ends in', () => {
  const signed = signArguments('b2c.run="a ä"', pair.privateKey)
  assert.match(signed, /^b2c\.run="a ä"\nb2c\.extra_args_signature=[\w+/]{86}==\n$/)
  assert.equal(signArguments(signed, pair.privateKey), signed)
  assert.equal(areArgumentsSigned(signArguments('', pair.privateKey), [textOf(pair.publicKey)]), true)
})

test('areArgumentsSigned() takes any of the keys, and nothing else', () => {
  const signed = signArguments('b2c.run=a\n', pair.privateKey)
  const [key, wrong] = [textOf(pair.publicKey), textOf(other.publicKey)]
  assert.equal(areArgumentsSigned(signed, [wrong, key]), true)
  assert.equal(areArgumentsSigned(signed, [wrong]), false)
  assert.equal(areArgumentsSigned(signed, []), false)
  assert.equal(areArgumentsSigned(signed, ['not a key']), false)
  assert.equal(areArgumentsSigned(signed.replace('run=a', 'run=b'), [key]), false)
  assert.equal(areArgumentsSigned(`${signed}b2c.run=c\n`, [key]), false)
  assert.equal(areArgumentsSigned('b2c.run=a\n', [key]), false)
})
