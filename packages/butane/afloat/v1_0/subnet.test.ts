import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contains, overlaps, parseAddress, parseRange, parseSubnet } from './subnet.ts'

const v4 = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.')

test('parseAddress() reads addresses of both kinds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (value) =>
      assert.deepEqual(parseAddress(v4(value)), { bits: 32, value: BigInt(value) }),
    ),
  )
  fc.assert(
    fc.property(fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 }), (groups) => {
      const value = groups.reduce((sum, group) => sum * 65536n + BigInt(group), 0n)
      const words = groups.map((group) => group.toString(16))
      assert.deepEqual(parseAddress(words.join(':')), { bits: 128, value })
    }),
  )
  assert.equal(parseAddress('::')?.value, 0n)
  assert.equal(parseAddress('::1')?.value, 1n)
  assert.equal(parseAddress('FE80::')?.value, 0xfe80n << 112n)
  for (const text of ['', '1.2.3', '1.2.3.256', '01.2.3.4', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9'])
    assert.equal(parseAddress(text), undefined, text)
  for (const text of [':::', ':1', '1:', '12345::', 'fe80::1%eth0', '::1.2.3.4', '1:2:3:4:5:6:7::8'])
    assert.equal(parseAddress(text), undefined, text)
})

test('parseSubnet() reads blocks that begin where their prefix does', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.nat(32), (value, length) => {
      const size = 2 ** (32 - length)
      const block = parseSubnet(`${v4(value)}/${length}`)
      if (value % size !== 0) assert.equal(block, undefined)
      else assert.deepEqual(block, { bits: 32, first: BigInt(value), last: BigInt(value + size - 1) })
    }),
  )
  assert.equal(parseSubnet('::/0')?.last, (1n << 128n) - 1n)
  for (const text of ['10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '/24', 'fd00::/129', '10.0.0.0/24/24'])
    assert.equal(parseSubnet(text), undefined, text)
})

test('contains() and overlaps() go by addresses', () => {
  const [wide, narrow, other] = [
    parseSubnet('10.0.0.0/16')!,
    parseRange('10.0.3.1-10.0.3.9')!,
    parseSubnet('::/0')!,
  ]
  assert.deepEqual(
    [contains(wide, narrow), contains(narrow, wide), contains(other, narrow)],
    [true, false, false],
  )
  assert.deepEqual(
    [overlaps(wide, narrow), overlaps(narrow, wide), overlaps(wide, other)],
    [true, true, false],
  )
  assert.equal(parseRange('10.0.0.2-10.0.0.1'), undefined)
  assert.equal(parseRange('10.0.0.2-fd00::1'), undefined)
})
