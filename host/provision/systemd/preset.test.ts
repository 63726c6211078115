import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatPreset } from './preset.ts'

test('formatPreset() writes one line a unit, and one for all instances of a template', () => {
  const units = [
    { name: 'a.service', enabled: true },
    { name: 'b.timer', enabled: false },
    { name: 'c.service' },
    { name: 'd.service', enabled: true, mask: true },
    { name: 'job@one.service', enabled: true },
    { name: 'job@two.service', enabled: true },
    { name: 'job@three.service', enabled: false },
  ]
  assert.equal(
    formatPreset(units),
    'enable a.service\ndisable b.timer\ndisable job@three.service\nenable job@.service one two\n',
  )
  assert.equal(formatPreset([{ name: 'c.service' }]), '')
})
