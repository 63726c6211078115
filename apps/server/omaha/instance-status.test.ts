import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afloatAppId, flatcarAppId } from '@afloat/omaha'
import { architectureOf } from './architecture.ts'
import { instanceStatuses, statusAfter } from './instance-status.ts'
import { readVersion } from './read-version.ts'

const { error, complete, installed, downloaded, downloading } = instanceStatuses

test('statusAfter() knows what each event means', () => {
  const table = [
    [{ type: 13, result: 1 }, downloading],
    [{ type: 14, result: 1 }, downloaded],
    [{ type: 3, result: 1 }, installed],
    [{ type: 800, result: 1 }, installed],
    [{ type: 3, result: 2, previousVersion: '1.0.0' }, complete],
    [{ type: 3, result: 2, previousVersion: '' }, undefined],
    [{ type: 3, result: 2, previousVersion: '0.0.0.0' }, undefined],
    [{ type: 3, result: 2 }, undefined],
    [{ type: 3, result: 0, errorCode: 44 }, error],
    [{ type: 3, result: 9 }, undefined],
    [{ type: 6, result: 1 }, undefined],
  ] as const
  for (const appId of [afloatAppId, flatcarAppId])
    for (const [event, status] of table) assert.deepEqual([event, statusAfter(event, appId)], [event, status])
})

test('statusAfter() takes a mere program for complete when it is written', () => {
  assert.equal(statusAfter({ type: 3, result: 1 }, 'io.example.app'), complete)
})

test('architectureOf() believes the board, then the system, then assumes amd64', () => {
  assert.equal(architectureOf({ board: 'arm64-usr' }, { arch: 'x64' }), 'arm64')
  assert.equal(architectureOf({ board: 'other' }, { arch: 'arm' }), 'arm64')
  assert.equal(architectureOf({}, { arch: 'x64' }), 'amd64')
  assert.equal(architectureOf({}, undefined), 'amd64')
})

test('readVersion() leaves build metadata out', () => {
  assert.equal(readVersion('4081.2.0+nightly-20261120'), '4081.2.0')
  assert.equal(readVersion('1.2.3-rc.1'), '1.2.3-rc.1')
  for (const bad of ['', '1.2', 'one', '1.2.3+', '1.2.3 ', '+1'])
    assert.equal(readVersion(bad), undefined, bad)
})
