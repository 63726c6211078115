import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CacheDevice } from '@afloat/boot2container'
import type { BlockDevice } from './block-devices.ts'
import { planCache } from './plan-cache.ts'

const device = (name: string, more: Partial<BlockDevice> = {}): BlockDevice => ({
  device: `/dev/${name}`,
  sizeBytes: 1e9,
  sectorBytes: 512,
  ...more,
})
const foreign = [device('sda'), device('sda1', { disk: '/dev/sda', label: 'data' })]
const empty = device('vdb')
const ours = device('vda1', { disk: '/dev/vda', label: 'B2C_CACHE' })

const plan = (request: CacheDevice, devices: readonly BlockDevice[]) =>
  planCache(request, devices, {
    isEmpty: (disk) => disk === empty,
    content: (device) => (device === '/dev/sda3' ? 'xfs' : undefined),
    isBlank: (device) => device !== '/dev/sda3',
  })

test('planCache() prefers what is labelled to a disk that is empty, and never touches another', () => {
  for (const kind of ['auto', 'reset'] as const) {
    const format = kind === 'reset'
    assert.deepEqual(plan({ kind }, [...foreign, empty, device('vda'), ours]), {
      kind: 'use',
      device: '/dev/vda1',
      format,
      isOurs: true,
    })
    assert.deepEqual(plan({ kind }, [...foreign, empty]), { kind: 'partition', disk: empty })
    const none = plan({ kind }, foreign)
    assert.equal(
      none.kind === 'none' && none.why,
      'no partition is labelled B2C_CACHE, and there is data on /dev/sda',
    )
    const nothing = plan({ kind }, [])
    assert.equal(nothing.kind === 'none' && nothing.why, 'there is no disk')
  }
})

test('planCache() formats a partition that has our name and no file system yet', () => {
  const half = device('vda1', { disk: '/dev/vda', partitionName: 'B2C_CACHE' })
  assert.deepEqual(plan({ kind: 'auto' }, [half]), {
    kind: 'use',
    device: '/dev/vda1',
    format: true,
    isOurs: true,
  })
})

const named = (path: string, ...devices: BlockDevice[]) => plan({ kind: 'device', path }, devices)

test('planCache() takes a disk that is named for the word of the user', () => {
  const disk = device('vda')
  const use = { kind: 'use', device: '/dev/vda1', format: false, isOurs: true }
  assert.deepEqual(named('/dev/sda', ...foreign), { kind: 'partition', disk: foreign[0] })
  assert.deepEqual(named('/dev/vda', disk, ours), use)
  const half = device('vda1', { disk: '/dev/vda', partitionName: 'B2C_CACHE' })
  assert.deepEqual(named('/dev/vda', disk, half), { ...use, format: true })
  assert.equal(named('/dev/sdz', ...foreign).kind, 'none')
})

test('planCache() formats a partition that is named only when nothing is on it', () => {
  const part = (name: string, more: Partial<BlockDevice> = {}) => device(name, { disk: '/dev/sda', ...more })
  const use = (name: string, format: boolean, isOurs: boolean) => ({
    kind: 'use',
    device: name,
    format,
    isOurs,
  })
  const rows: [BlockDevice, unknown][] = [
    [part('sda1', { label: 'B2C_CACHE' }), use('/dev/sda1', false, true)],
    [part('sda1', { label: 'data' }), use('/dev/sda1', false, false)],
    [part('sda1', { label: '' }), use('/dev/sda1', false, false)],
    [part('sda1', { label: 'data', partitionName: 'B2C_CACHE' }), use('/dev/sda1', false, false)],
    [part('sda1'), use('/dev/sda1', true, true)],
    [part('sda4', { partitionName: 'B2C_CACHE' }), use('/dev/sda4', true, true)],
    [part('sda3', { partitionName: 'B2C_CACHE' }), use('/dev/sda3', false, true)],
    [device('md0', { label: 'data' }), use('/dev/md0', false, false)],
    [device('dm-0'), use('/dev/dm-0', true, true)],
  ]
  for (const [one, expected] of rows) assert.deepEqual(named(one.device, one), expected, JSON.stringify(one))
  assert.deepEqual(named('/dev/sda3', part('sda3')), {
    kind: 'none',
    why: '/dev/sda3 is not formatted, as there is data on it: xfs',
    hint: 'To lose that, wipe it: wipefs --all /dev/sda3; to use it, if it is a file system: b2c.filesystem=cache,src=/dev/sda3 b2c.cache_device=cache',
  })
})
