import assert from 'node:assert/strict'
import { test } from 'node:test'
import { embeddedBytes } from './embedded-bytes.ts'

const unpacked = (packed: Uint8Array) => {
  if (packed.length === 0) throw new Error('no gzip')
  return Uint8Array.of(...packed, 0x21)
}

test('embeddedBytes() decodes and unpacks what stands in the config', () => {
  const text = (source: string, compression?: string) => {
    const bytes = embeddedBytes({ source, ...(compression === undefined ? {} : { compression }) }, unpacked)
    return bytes && String.fromCharCode(...bytes)
  }
  assert.equal(text('data:,a%20b'), 'a b')
  assert.equal(text('DATA:;base64,YQ==', ''), 'a')
  assert.equal(text('data:,a', 'gzip'), 'a!')
  assert.equal(text('data:,', 'gzip'), undefined)
  assert.equal(text('https://example.com/a'), undefined)
  assert.equal(embeddedBytes({ source: 'data:,a', compression: 'gzip' }), undefined)
  assert.equal(embeddedBytes({}), undefined)
})
