import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatSize, sizeOfCompiler } from './sizes.ts'

test('sizeOfCompiler() stays within its budget', async () => {
  const row = await sizeOfCompiler()
  assert.ok(row.bytes > 10_000, 'something was bundled')
  assert.ok(row.bytes <= row.budgetBytes, formatSize(row))
})

test('formatSize() uses a unit that fits the budget', () => {
  assert.equal(
    formatSize({ name: 'usr.erofs', bytes: 112_800_000, budgetBytes: 180_000_000 }),
    'usr.erofs          112.8 MB   63 % of 180 MB',
  )
  assert.equal(
    formatSize({ name: 'compiler.js.gz', bytes: 83_015, budgetBytes: 150_000 }),
    'compiler.js.gz      83.0 kB   55 % of 150 kB',
  )
})
