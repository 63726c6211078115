import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IgnitionConfig, Resource } from './config.ts'
import { configMeaning } from './config-meaning.ts'

const config = (contents: Resource): IgnitionConfig => ({
  ignition: { version: '3.4.0' },
  storage: { files: [{ path: '/a', contents }] },
})
const gunzip = (bytes: Uint8Array) => bytes.map((byte) => byte - 1)

test('configMeaning() is the same for the same contents', () => {
  const meaning = (contents: Resource) => configMeaning(config(contents), gunzip)
  assert.equal(meaning({ source: 'data:,abc' }), meaning({ source: 'data:;base64,YWJj', compression: '' }))
  assert.equal(meaning({ source: 'data:,abc' }), meaning({ source: 'data:,bcd', compression: 'gzip' }))
  assert.notEqual(meaning({ source: 'data:,abc' }), meaning({ source: 'data:,abd' }))
  assert.notEqual(meaning({ source: 'http://h/', compression: 'gzip' }), meaning({ source: 'http://h/' }))
})

test('configMeaning() leaves out what is empty', () => {
  const empty = { ignition: { version: '3.4.0' }, storage: { files: [], links: [] }, passwd: {} }
  assert.equal(configMeaning(empty), configMeaning({ ignition: { version: '3.4.0' } }))
})
