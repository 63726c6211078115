import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeIdentity, parseMac, parseUuid } from './identity.ts'

test('parseMac() reads the usual spellings', () => {
  for (const text of ['52:54:00:AB:cd:56', '52-54-00-ab-cd-56', '525400abcd56', '5254.00ab.cd56'])
    assert.equal(parseMac(text), '52:54:00:ab:cd:56', text)
})

test('parseMac() and parseUuid() take nothing else', () => {
  for (const text of [
    '',
    '52:54:00:ab:cd',
    '52:54-00:ab:cd:56',
    '52:54:00:ab:cd:56:78',
    '52:54:00:ab:cd:5g',
    'x\n',
  ])
    assert.deepEqual([parseMac(text), parseUuid(text)], [undefined, undefined], text)
})

test('parseUuid() reads with dashes and without', () => {
  const uuid = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0'
  for (const text of [uuid, uuid.toUpperCase(), uuid.replaceAll('-', '')]) assert.equal(parseUuid(text), uuid)
})

test('describeIdentity() names what is known', () => {
  assert.equal(describeIdentity({ mac: 'm', uuid: 'u' }), 'm, UUID u')
  assert.equal(describeIdentity({}), 'a machine without MAC address and UUID')
})
