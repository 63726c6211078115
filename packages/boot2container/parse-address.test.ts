import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressFamily, isInNetwork, isNetworkAddress, parseRoute } from './parse-address.ts'

test('addressFamily() tells IPv4, IPv6 and anything else apart', () => {
  for (const text of ['0.0.0.0', '255.1.2.3']) assert.equal(addressFamily(text), 4, text)
  for (const text of ['::', '::1', 'fd00::', '1:2:3:4:5:6:7:8', '::ffff:10.0.0.1', '1:2:3:4:5:6:10.0.0.1'])
    assert.equal(addressFamily(text), 6, text)
  for (const text of [
    '',
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    '1:2',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    'g::',
    '::1.2.3.999',
    'fd00::12345',
  ])
    assert.equal(addressFamily(text), undefined, text)
})

test('isNetworkAddress() wants a prefix length that fits', () => {
  assert.deepEqual(
    ['10.0.0.1/24', 'fd00::1/128', '10.0.0.1/33', 'fd00::1/129', '10.0.0.1', '10.0.0.1/', '10.0.0.1/8/8'].map(
      isNetworkAddress,
    ),
    [true, true, false, false, false, false, false],
  )
})

test('parseRoute() finds where the destination ends', () => {
  const read = (text: string) => Object.values(parseRoute(text) ?? {}).join(' ')
  assert.equal(read('10.0.0.0/8:10.0.0.1'), '10.0.0.0/8 10.0.0.1')
  assert.equal(read('10.0.0.7:10.0.0.1'), '10.0.0.7/32 10.0.0.1')
  assert.equal(read('default:10.0.0.1'), 'default 10.0.0.1')
  assert.equal(read('default:fe80::1'), 'default fe80::1')
  assert.equal(read('fd00::/8:fe80::1'), 'fd00::/8 fe80::1')
  assert.equal(read('[fd00::7]:fe80::1'), 'fd00::7/128 fe80::1')
  assert.equal(read('[fd00::]/8:[fe80::1]'), 'fd00::/8 fe80::1')
  for (const bad of [
    '',
    ':',
    'default',
    '10.0.0.0/8',
    '10.0.0.0/33:10.0.0.1',
    '10.0.0.0/8:fe80::1',
    'fd00::1:fe80::1',
    'x:10.0.0.1',
  ])
    assert.equal(parseRoute(bad), undefined, bad)
})

test('isInNetwork() compares as many bits as the prefix has', () => {
  assert.equal(isInNetwork('10.0.1.1', '10.0.0.2/23'), true)
  assert.equal(isInNetwork('10.0.2.1', '10.0.0.2/23'), false)
  assert.equal(isInNetwork('fd00:0:0:7::1', 'fd00::2/48'), true)
  assert.equal(isInNetwork('fd00:0:1::1', 'fd00::2/48'), false)
  assert.equal(isInNetwork('::ffff:10.0.0.1', '::ffff:a00:0/120'), true)
  assert.equal(isInNetwork('10.0.0.1', 'fd00::2/0'), false)
})
