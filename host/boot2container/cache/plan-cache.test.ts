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
  planCache(request, devices, (disk) => disk === empty)

test('planCache() prefers what is labelled to a disk that is empty, and never touches another', () => {
  for (const kind of ['auto', 'reset'] as const) {
    const format = kind === 'reset'
    assert.deepEqual(plan({ kind }, [...foreign, empty, device('vda'), ours]), {
      kind: 'use',
      device: '/dev/vda1',
      format,
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
  assert.deepEqual(plan({ kind: 'auto' }, [half]), { kind: 'use', device: '/dev/vda1', format: true })
})

test('planCache() takes a device that is named for the word of the user', () => {
  const named = (path: string) => ({ kind: 'device', path }) as const
  assert.deepEqual(plan(named('/dev/sda'), foreign), { kind: 'partition', disk: foreign[0] })
  assert.deepEqual(plan(named('/dev/sda1'), foreign), { kind: 'use', device: '/dev/sda1', format: true })
  assert.deepEqual(plan(named('/dev/vda'), [device('vda'), ours]), {
    kind: 'use',
    device: '/dev/vda1',
    format: false,
  })
  assert.equal(plan(named('/dev/sdz'), foreign).kind, 'none')
})
