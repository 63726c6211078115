import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareVersions } from '@afloat/release'
import fc from 'fast-check'
import { decide } from './decide.ts'
import { instanceStatuses } from './instance-status.ts'

const { undefined: fresh, granted, error, complete, installed, downloading } = instanceStatuses
const target = { version: '1.1.0' }
const grant = { status: granted, grantedVersion: '1.1.0' }

const table = [
  [
    'a new machine',
    { version: '1.0.0', status: fresh, grantedVersion: null },
    { offer: true, change: grant },
  ],
  ['one that runs it', { version: '1.1.0', status: fresh, grantedVersion: null }, { offer: false }],
  ['one that runs a newer one', { version: '1.2.0', status: fresh, grantedVersion: null }, { offer: false }],
  [
    'one that runs a pre-release of it',
    { version: '1.1.0-rc.1', status: fresh, grantedVersion: null },
    { offer: true, change: grant },
  ],
  [
    'one that was offered it and lost it',
    { version: '1.0.0', status: downloading, grantedVersion: '1.1.0' },
    { offer: true },
  ],
  [
    'one that waits for a reboot',
    { version: '1.0.0', status: installed, grantedVersion: '1.1.0' },
    { offer: true },
  ],
  ['one that failed', { version: '1.0.0', status: error, grantedVersion: '1.1.0' }, { offer: true }],
  [
    'one that failed with another version',
    { version: '1.0.0', status: error, grantedVersion: '1.0.5' },
    { offer: true, change: grant },
  ],
  [
    'one that was offered another version',
    { version: '1.0.0', status: downloading, grantedVersion: '1.0.5' },
    { offer: true, change: grant },
  ],
  [
    'one that arrived without saying so',
    { version: '1.1.0', status: granted, grantedVersion: '1.1.0' },
    { offer: false, change: { status: complete } },
  ],
  [
    'one that arrived at a version before',
    { version: '1.0.5', status: installed, grantedVersion: '1.0.5' },
    { offer: true, change: grant },
  ],
  [
    'one that was put back by hand after it had arrived',
    { version: '1.0.0', status: complete, grantedVersion: '1.1.0' },
    { offer: true, change: grant },
  ],
] as const

test('decide() answers each kind of machine', () => {
  for (const [what, instance, expected] of table)
    assert.deepEqual([what, decide({ instance, target })], [what, expected])
})

test('decide() offers nothing where nothing was published', () => {
  const instance = { version: '1.0.0', status: fresh, grantedVersion: null }
  assert.deepEqual(decide({ instance, target: undefined }), { offer: false })
})

test('decide() never offers what a machine runs or an older version, and settles after one repetition', () => {
  const version = fc.constantFrom('0.9.0', '1.0.0-rc.1', '1.0.0', '1.1.0', '2.0.0')
  const situation = fc.record({
    instance: fc.record({
      version,
      status: fc.integer({ min: 1, max: 8 }),
      grantedVersion: fc.option(version),
    }),
    target: fc.option(fc.record({ version }), { nil: undefined }),
  })
  fc.assert(
    fc.property(situation, ({ instance, target }) => {
      const decision = decide({ instance, target })
      if (decision.offer) assert.ok(compareVersions(target!.version, instance.version) > 0)
      const after = { ...instance, ...decision.change }
      assert.deepEqual(decide({ instance: after, target }), { offer: decision.offer })
    }),
  )
})
