import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatSize, parseSize } from './parse-size.ts'

test('parseSize() reads what fallocate takes', () => {
  const cases: [string, number | undefined][] = [
    ['0', 0],
    ['1000', 1000],
    ['1K', 1024],
    ['1KiB', 1024],
    ['1kb', 1000],
    ['2m', 2 * 1024 ** 2],
    ['1.5G', 1.5 * 1024 ** 3],
    ['0.1GB', 100_000_000],
    ['010', 8],
    ['0x10K', 16_384],
    ['3TiB', 3 * 1024 ** 4],
    ['1P', 1024 ** 5],
    ['09', undefined],
    ['1E', undefined], // more than a number holds exactly
    ['1.5', undefined],
    ['1B', undefined],
    ['-1G', undefined],
    ['1 G', undefined],
    ['1Gi', undefined],
    ['G', undefined],
    ['', undefined],
  ]
  for (const [text, bytes] of cases) assert.equal(parseSize(text), bytes, text)
})

test('parseSize() reads back what formatSize() wrote', () => {
  assert.equal(formatSize(1.5 * 1024 ** 3), '1536M')
  fc.assert(fc.property(fc.maxSafeNat(), (bytes) => assert.equal(parseSize(formatSize(bytes)), bytes)))
})
