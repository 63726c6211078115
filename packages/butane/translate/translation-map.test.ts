import assert from 'node:assert/strict'
import { test } from 'node:test'
import { snakeCase } from './snake-case.ts'
import { TranslationMap } from './translation-map.ts'

for (const [name, snake] of [
  ['sizeMiB', 'size_mib'],
  ['noCreateHome', 'no_create_home'],
  ['typeGuid', 'type_guid'],
  ['path', 'path'],
] as const)
  test(`snakeCase() makes ${snake} of ${name}`, () => assert.equal(snakeCase(name), snake))

test('TranslationMap falls back to the same path in snake case', () => {
  assert.deepEqual(new TranslationMap().source(['passwd', 'users', 0, 'homeDir']), [
    'passwd',
    'users',
    0,
    'home_dir',
  ])
})

test('TranslationMap prefers the longest path it knows', () => {
  const map = new TranslationMap()
  map.add(['files', 1], ['files', 3])
  map.add(['files', 1, 'source'], ['files', 3, 'inline'])
  map.addMade(['files', 2], ['trees', 0])
  assert.deepEqual(map.source(['files', 1, 'fileMode']), ['files', 3, 'file_mode'])
  assert.deepEqual(map.source(['files', 1, 'source']), ['files', 3, 'inline'])
  assert.deepEqual(map.source(['files', 2, 'contents', 'source']), ['trees', 0])
})

test('TranslationMap follows list items that move', () => {
  const map = new TranslationMap()
  map.add(['units', 0, 'contents'], ['units', 0, 'contents_local'])
  map.moveItems(
    ['units'],
    new Map([
      [0, 1],
      [1, 2],
    ]),
  )
  assert.deepEqual(map.source(['units', 1, 'contents']), ['units', 0, 'contents_local'])
  assert.deepEqual(map.source(['units', 1, 'name']), ['units', 0, 'name'])
  assert.deepEqual(map.source(['units', 2, 'name']), ['units', 1, 'name'])
})
