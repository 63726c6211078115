import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatEntryName, parseEntryName } from './entry-name.ts'

test('parseEntryName() reads what formatEntryName() writes', () => {
  const rows: [string, string, number | undefined, number][] = [
    ['afloat_1.2.0.efi', '1.2.0', undefined, 0],
    ['afloat_1.2.0+3.efi', '1.2.0', 3, 0],
    ['afloat_1.2.0+2-1.efi', '1.2.0', 2, 1],
    ['afloat_1.2.0-rc.1+0-3.efi', '1.2.0-rc.1', 0, 3],
  ]
  for (const [file, version, triesLeft, triesDone] of rows) {
    assert.deepEqual(parseEntryName(file), { version, triesLeft, triesDone })
    assert.equal(formatEntryName({ version, triesLeft, triesDone }), file)
  }
})

test('parseEntryName() knows what is not ours', () => {
  for (const file of [
    'debian_1.2.0.efi',
    'afloat_.efi',
    'afloat_1.0.0+x.efi',
    '.afloat_1.0.0+3.efi.new',
    'afloat_1.0.0.efi.bak',
  ])
    assert.equal(parseEntryName(file), undefined, file)
})
