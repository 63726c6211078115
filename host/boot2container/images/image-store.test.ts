import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../../sys/fake-sys.ts'
import { bytesOf, findStored, normalName, readImageStore } from './image-store.ts'
import { planEviction } from './plan-eviction.ts'

const digest = `sha256:${'a'.repeat(64)}`
const other = `sha256:${'d'.repeat(64)}`

/** As podman 5.4 writes them, without what is not read. */
function storeOf(images: unknown, layers: unknown) {
  const sys = new FakeSys()
  sys.addFile('/g/overlay-images/images.json', typeof images === 'string' ? images : JSON.stringify(images))
  sys.addFile('/g/overlay-layers/layers.json', JSON.stringify(layers))
  return readImageStore(sys, '/g')
}

const store = storeOf(
  [
    { id: '1'.repeat(64), names: ['host:5000/web:1', `host:5000/web@${digest}`], layer: 'top' },
    {
      ...{ id: '2'.repeat(64), names: ['localhost/b:latest'], layer: 'other' },
      'big-data-digests': {
        manifest: other,
        [`manifest-${other}`]: other,
        [`sha256:${'2'.repeat(64)}`]: digest,
      },
    },
    { id: '3'.repeat(64), layer: 'base' },
  ],
  [
    { id: 'base', 'diff-size': 100 },
    { id: 'top', parent: 'base', 'diff-size': 10 },
    { id: 'other', parent: 'base', 'diff-size': 50 },
  ],
)

test('findStored() knows an image by tag, digest, id and without its registry', () => {
  const rows: [string, string | undefined][] = [
    ['host:5000/web:1', '1'],
    ['docker://host:5000/web:1', '1'],
    ['host:5000/web', undefined],
    [`host:5000/web@${digest}`, '1'],
    [`host:5000/web:9@${digest}`, '1'],
    [`host:5000/web@sha256:${'b'.repeat(64)}`, undefined],
    ['b', '2'],
    [`localhost/b@${other}`, '2'],
    [`localhost/b@${digest}`, undefined],
    [`localhost/c@${other}`, undefined],
    ['localhost/b:latest', '2'],
    ['3'.repeat(12), '3'],
  ]
  for (const [reference, id] of rows) assert.equal(findStored(store, reference)?.id[0], id, reference)
})

test('findStored() takes the image for a short name that podman takes', () => {
  const find = (names: readonly string[], reference: string) => {
    const images = names.map((name, at) => ({ id: `${at}`.repeat(64), names: [name] }))
    return findStored(storeOf(images, []), reference)?.names[0]
  }
  const all = ['h:1/x/a:1', 'docker.io/library/a:1', 'localhost/a:1']
  assert.equal(find(all, 'a:1'), 'localhost/a:1')
  assert.equal(find(all.slice(0, 2), 'a:1'), 'docker.io/library/a:1')
  assert.equal(find(all.slice(0, 1), 'a:1'), 'h:1/x/a:1')
  assert.equal(find(['h:1/x/a:1', 'docker.io/x/a:1'], 'x/a:1'), 'docker.io/x/a:1')
})

test('normalName() tells the port of a registry from a tag', () => {
  assert.equal(normalName('host:5000/a/b'), 'host:5000/a/b:latest')
  assert.equal(normalName('docker://h/a:1'), 'h/a:1')
})

test('bytesOf() counts shared layers once', () => {
  assert.equal(bytesOf(store, store.images), 160)
  assert.equal(bytesOf(store, store.images.slice(0, 1)), 110)
})

test('readImageStore() takes a store that was cut off for empty', () => {
  assert.deepEqual(storeOf('[{"id":', []).images, [])
  assert.deepEqual(readImageStore(new FakeSys(), '/g').images, [])
})

test('planEviction() removes those used longest ago until the rest fits, never one in use', () => {
  const uses = { count: 5, images: { ['1'.repeat(64)]: { used: 4 }, ['2'.repeat(64)]: { used: 5 } } }
  const ids = (limit: number, kept: readonly string[] = []) =>
    planEviction(store, uses, limit, kept).map(({ id }) => id[0])
  assert.deepEqual(ids(160), [])
  assert.deepEqual(ids(155), ['3', '1'])
  assert.deepEqual(ids(0), ['3', '1', '2'])
  assert.deepEqual(ids(0, ['1'.repeat(64)]), ['3', '2'])
})
