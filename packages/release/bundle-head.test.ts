import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatBundleHead, headBytes, parseBundleHead, payloadStart } from './bundle-head.ts'
import { manifestLimits } from './manifest.ts'

const bytesOf = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0))
const heads = fc.record({
  manifestBytes: fc.integer({ min: 1, max: manifestLimits.manifestBytes }),
  signatureBytes: fc.integer({ min: 1, max: manifestLimits.signatureBytes }),
})

test('parseBundleHead() gives back what formatBundleHead() was given', () => {
  fc.assert(
    fc.property(heads, fc.uint8Array({ maxLength: 8 }), (head, rest) => {
      const bytes = formatBundleHead(head)
      assert.equal(bytes.length, headBytes)
      assert.deepEqual(parseBundleHead(Uint8Array.from([...bytes, ...rest])), { ...head })
      assert.equal(payloadStart(head), 64 + head.manifestBytes + head.signatureBytes)
    }),
  )
})

test('parseBundleHead() takes nothing that formatBundleHead() would not write', () => {
  fc.assert(
    fc.property(heads, fc.nat(headBytes - 1), fc.nat(255), (head, at, byte) => {
      const bytes = formatBundleHead(head)
      bytes[at] = byte
      let read: ReturnType<typeof parseBundleHead> | undefined
      try {
        read = parseBundleHead(bytes)
      } catch (error) {
        assert.match((error as { code: string }).code, /^release\/(not-a-bundle|head-)/)
      }
      if (read !== undefined) assert.deepEqual([...formatBundleHead(read)], [...bytes])
    }),
  )
})

test('parseBundleHead() says what is wrong', () => {
  const line = (text: string) => bytesOf(`${text.padEnd(63)}\n`)
  const rows: [Uint8Array, string][] = [
    [new Uint8Array(0), 'release/truncated'],
    [bytesOf('afloat-'), 'release/truncated'],
    [bytesOf('afloat-bundle 1 10 10'), 'release/truncated'],
    [bytesOf('MZ'), 'release/not-a-bundle'],
    [line('afloat-bundlE 1 10 10'), 'release/not-a-bundle'],
    [line('<html>'), 'release/not-a-bundle'],
    [line('afloat-bundle 2 10 10'), 'release/head-version'],
    [line('afloat-bundle 1 10'), 'release/head-damaged'],
    [line('afloat-bundle 1 10 10 10'), 'release/head-damaged'],
    [line('afloat-bundle 1 010 10'), 'release/head-damaged'],
    [line('afloat-bundle 1 0 10'), 'release/head-damaged'],
    [line('afloat-bundle 1 -1 10'), 'release/head-damaged'],
    [line('afloat-bundle 1 1e3 10'), 'release/head-damaged'],
    [line('afloat-bundle 1  10 10'), 'release/head-damaged'],
    [line('afloat-bundle 1 10\t10'), 'release/head-damaged'],
    [bytesOf(`${'afloat-bundle 1 10 10'.padEnd(64)}`), 'release/head-damaged'],
    [bytesOf('afloat-bundle 1 10 10\n'.padEnd(64)), 'release/head-damaged'],
    [line('afloat-bundle 1 \u0661\u0660 10'), 'release/head-damaged'],
    [line('afloat-bundle 1 99999999999999999999 10'), 'release/head-damaged'],
    [line('afloat-bundle 1 999999999999999 10'), 'release/head-too-large'],
    [line('afloat-bundle 1 1048577 10'), 'release/head-too-large'],
    [line('afloat-bundle 1 10 65537'), 'release/head-too-large'],
  ]
  for (const [bytes, code] of rows) assert.throws(() => parseBundleHead(bytes), { code })
})

test('formatBundleHead() refuses sizes that no reader takes', () => {
  for (const size of [0, -1, 1.5, Number.NaN, 2 ** 20 + 1]) {
    assert.throws(() => formatBundleHead({ manifestBytes: size, signatureBytes: 1 }), RangeError)
    assert.throws(() => formatBundleHead({ manifestBytes: 1, signatureBytes: size }), RangeError)
  }
})
