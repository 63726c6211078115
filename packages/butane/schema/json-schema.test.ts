import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ROOT } from '@afloat/ignition'
import { compileConfig } from '../compile-config.ts'
import { findVariant, variants } from '../variants.ts'
import { describeField, describeObject } from './descriptions.ts'
import { jsonSchema } from './json-schema.ts'

test('every object and field of every variant has a description', () => {
  const missing = new Set<string>()
  for (const { name, version, spec } of variants) {
    const { $defs } = jsonSchema(findVariant(name, version)!) as { $defs: Record<string, unknown> }
    for (const object of [ROOT, ...Object.keys($defs)]) {
      if (describeObject(name, object) === '') missing.add(`${name} ${object}`)
      for (const field of Object.keys(spec.objects[object] ?? {}))
        if (describeField(name, object, field).text === '') missing.add(`${name} ${object}.${field}`)
    }
  }
  assert.deepEqual([...missing], [])
})

const afloat = jsonSchema(findVariant('afloat', '1.0.0')!) as {
  [keyword: string]: unknown
  $defs: Record<string, { [keyword: string]: unknown; properties: Record<string, unknown> }>
}

test('jsonSchema() of a strict variant takes no other keys, except x- at the top', () => {
  assert.deepEqual(
    [afloat['additionalProperties'], afloat['patternProperties'], afloat['required']],
    [false, { '^x-': true }, ['variant', 'version']],
  )
  for (const [name, object] of Object.entries(afloat.$defs))
    assert.equal(object['additionalProperties'], false, name)
  assert.equal(afloat['$id'], 'urn:afloat:schema:afloat:1.0.0')
})

test('jsonSchema() of a lenient variant takes any key', () => {
  assert.equal(
    JSON.stringify(jsonSchema(findVariant('flatcar', '1.0.0')!)).includes('additionalProperties'),
    false,
  )
})

test('jsonSchema() has types, choices, and what is required', () => {
  const { container, tls } = afloat.$defs
  assert.deepEqual(container!['required'], ['image', 'name'])
  const { survive, environment, restart } = container!.properties as Record<string, Record<string, unknown>>
  assert.deepEqual(survive!['type'], ['boolean', 'null'])
  assert.deepEqual(environment!['additionalProperties'], { type: ['string', 'number', 'boolean', 'null'] })
  assert.deepEqual((restart!['enum'] as unknown[]).slice(0, 2), ['always', 'no'])
  const { volumes } = container!.properties as Record<string, Record<string, unknown>>
  assert.deepEqual(volumes!['items'], {
    anyOf: [{ type: ['string', 'number', 'boolean', 'null'] }, { $ref: '#/$defs/volume_mount' }],
  })
  assert.deepEqual((tls!.properties['certificate_authorities'] as Record<string, unknown>)['items'], {
    $ref: '#/$defs/reference',
  })
})

test('jsonSchema() knows the declarations of variables, where a variant has such', () => {
  const { variables } = afloat['properties'] as Record<string, Record<string, unknown>>
  const { properties, additionalProperties } = variables!['additionalProperties'] as Record<string, object>
  assert.deepEqual(Object.keys(properties!), ['type', 'default', 'description'])
  assert.equal(additionalProperties, false)
  const flatcar = jsonSchema(findVariant('flatcar', '1.1.0')!)['properties'] as object
  assert.equal('variables' in flatcar, false)
})

test('jsonSchema() knows only what its version knows', () => {
  const { $defs } = jsonSchema(findVariant('flatcar', '1.0.0')!) as { $defs: Record<string, unknown> }
  assert.equal('quadlet' in $defs, false)
  assert.equal('luks' in $defs, true)
})

test('every choice that the schema offers for a container or update compiles', () => {
  const values = (object: string, field: string) => describeField('afloat', object, field).values ?? []
  const head = 'variant: afloat\nversion: 1.0.0\n'
  for (const restart of values('container', 'restart'))
    assert.equal(
      compileConfig(`${head}containers: [{name: a, image: r.test/a, restart: "${restart}"}]`).report
        .hasErrors,
      false,
      restart,
    )
  for (const strategy of values('updates', 'strategy'))
    assert.equal(
      compileConfig(`${head}updates: {server: "http://h.test", strategy: ${strategy}}`).report.hasErrors,
      false,
      strategy,
    )
})
