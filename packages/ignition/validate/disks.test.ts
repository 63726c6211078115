import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Storage } from '../config.ts'
import { findSpec } from '../versions.ts'
import { validateIgnition } from './validate-ignition.ts'

const found = (storage: Storage, version = '3.4.0') =>
  validateIgnition(findSpec(version)!, { ignition: { version }, storage }).map(
    ({ code, path }) => `${code.replace('ignition/', '')} ${path.slice(1).join('.')}`,
  )

const partitions = (...list: NonNullable<NonNullable<Storage['disks']>[0]['partitions']>) => ({
  disks: [{ device: '/dev/sda', partitions: list }],
})
const P0 = 'disks.0.partitions.0'
const P1 = 'disks.0.partitions.1'

for (const [title, storage, expected] of [
  [
    'numbers given twice',
    partitions({ number: 1 }, { number: 1 }),
    [`duplicate ${P1}`, `partition-number ${P1}`],
  ],
  [
    'labels given twice',
    partitions({ number: 1, label: 'a' }, { number: 2, label: 'a' }),
    [`partition-label-twice ${P1}`],
  ],
  [
    'overlap',
    partitions({ number: 1, startMiB: 1, sizeMiB: 10 }, { number: 2, startMiB: 10, sizeMiB: 1 }),
    [`partitions-overlap ${P1}`],
  ],
  [
    'overlap with a later one',
    partitions(
      { number: 1, startMiB: 50, sizeMiB: 10 },
      { number: 2, startMiB: 1, sizeMiB: 10 },
      { number: 3, startMiB: 5, sizeMiB: 1 },
      { number: 4, startMiB: 1, sizeMiB: 80 },
    ),
    ['partitions-overlap disks.0.partitions.3'],
  ],
  [
    'neighbours',
    partitions({ number: 1, startMiB: 1, sizeMiB: 10 }, { number: 2, startMiB: 11, sizeMiB: 1 }),
    [],
  ],
  [
    'a removed partition with a label',
    partitions({ number: 1, label: 'a', shouldExist: false }),
    [`partition-removed-with-fields ${P0}`],
  ],
  ['neither number nor label', partitions({}), [`partition-unnamed ${P0}`]],
  ['a colon in a label', partitions({ label: 'a:b' }), [`partition-label-colon ${P0}.label`]],
  ['a broken GUID', partitions({ number: 1, typeGuid: 'x' }), [`bad-guid ${P0}.typeGuid`]],
  [
    'a removed partition beside a new one',
    partitions({ number: 1, shouldExist: false }, { label: 'b' }),
    ['partitions-removed-and-new disks.0.partitions'],
  ],
  ['no device', { disks: [{ device: '' }] }, ['device-missing disks.0.device']],
  [
    'spares of raid0',
    { raid: [{ name: 'a', level: 'raid0', devices: ['/dev/a'], spares: 1 }] },
    ['raid-spares raid.0.level'],
  ],
  [
    'a relative RAID device',
    { raid: [{ name: 'a', level: '1', devices: ['a'] }] },
    ['path-relative raid.0.devices.0'],
  ],
  [
    'a label without format',
    { filesystems: [{ device: '/dev/a', label: 'x' }] },
    ['filesystem-format-missing filesystems.0.format', 'filesystem-label-without-format filesystems.0.label'],
  ],
  [
    'a long label',
    { filesystems: [{ device: '/dev/a', format: 'xfs', label: 'x'.repeat(13) }] },
    ['filesystem-label-length filesystems.0.label'],
  ],
  [
    'an unknown file system',
    { filesystems: [{ device: '/dev/a', format: 'zfs' }] },
    ['filesystem-format-unknown filesystems.0.format'],
  ],
  [
    'a file system on a wiped disk',
    { disks: [{ device: '/dev/a', wipeTable: true }], filesystems: [{ device: '/dev/a', format: 'ext4' }] },
    ['filesystem-wiped filesystems.0.device'],
  ],
  [
    'a Tang server by another scheme',
    { luks: [{ name: 'a', device: '/dev/a', clevis: { tang: [{ url: 'ftp://x' }] } }] },
    ['bad-scheme luks.0.clevis.tang.0.url', 'tang-thumbprint-missing luks.0.clevis.tang.0.thumbprint'],
  ],
  [
    'a custom pin with tpm2',
    {
      luks: [{ name: 'a', device: '/dev/a', clevis: { tpm2: true, custom: { pin: 'tang', config: '{}' } } }],
    },
    ['clevis-custom-with-others luks.0.clevis'],
  ],
] as const)
  test(`validateIgnition() of ${title}`, () => assert.deepEqual(found(storage), expected))

test('validateIgnition() lets a crypto card stand alone', () => {
  const luks = { name: 'a', device: '/dev/a', cex: { enabled: true } }
  const other = { keyFile: { source: 'data:,x' }, clevis: { tpm2: true } }
  assert.deepEqual(found({ luks: [luks] }, '3.5.0'), [])
  assert.deepEqual(found({ luks: [{ ...luks, ...other }] }, '3.5.0'), [
    'cex-with-clevis luks.0.cex',
    'cex-with-key-file luks.0.cex',
  ])
  assert.deepEqual(found({ luks: [{ ...luks, ...other, cex: { enabled: false } }] }, '3.5.0'), [])
})
