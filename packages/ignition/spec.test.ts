import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyedLists } from './list-keys.ts'
import type { FieldType } from './spec.ts'
import { specs } from './versions.ts'

test('specs only name objects that they describe', () => {
  for (const { version, objects } of specs)
    for (const [name, fields] of Object.entries(objects))
      for (const [field, type] of Object.entries(fields))
        for (const object of named(type))
          assert.ok(objects[object], `${version} ${name}.${field} names ${object}`)
})

test('every list of the newest spec either has keys or may repeat itself', () => {
  const lists = Object.entries(specs.at(-1)!.objects).flatMap(([name, fields]) =>
    Object.entries(fields).flatMap(([field, { kind }]) => (kind === 'list' ? [`${name}.${field}`] : [])),
  )
  const free = [
    'file.append',
    'filesystem.mountOptions',
    'filesystem.options',
    'luks.options',
    'raid.options',
  ]
  assert.deepEqual(keyedLists.toSorted(), lists.filter((list) => !free.includes(list)).toSorted())
})

test('a later spec has all fields of an earlier one', () => {
  for (const [index, { objects }] of specs.entries())
    for (const [name, fields] of Object.entries(specs[index - 1]?.objects ?? {}))
      for (const field of Object.keys(fields)) assert.ok(objects[name]?.[field], `${name}.${field}`)
})

function named(type: FieldType): string[] {
  if (type.kind === 'list') return named(type.item)
  return type.kind === 'object' ? [type.object] : []
}
