import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { repoDir } from '@afloat/build/paths'
import { parse } from 'yaml'
import { schemaText } from './config-schema.ts'
import { type Schema, schemaProblems } from './testing/schema-problems.ts'

const schemaOf = (variant: string, version?: string) => JSON.parse(schemaText(variant, version)!) as Schema

/** As the compiler reads numbers and booleans. */
function readYaml(text: string): { variant: string; version: string } {
  return parse(text, { version: '1.1', merge: true, maxAliasCount: -1 })
}

for (const name of readdirSync(join(repoDir, 'examples')).filter((file) => file.endsWith('.yaml')))
  test(`examples/${name} fits the schema of its variant`, () => {
    const config = readYaml(readFileSync(join(repoDir, 'examples', name), 'utf8'))
    assert.deepEqual(schemaProblems(schemaOf(config.variant, config.version), config), [])
  })

/** What YAML allows beyond the schema: bytes for text, numbers with a fraction for whole ones. */
const beyond = ['yaml-binary-tag', 'yaml-int-float']

const corpus = join(repoDir, 'packages/butane/corpus')
const { cases } = JSON.parse(readFileSync(join(corpus, 'manifest.json'), 'utf8')) as {
  cases: { name: string; exit: number; args: string[] }[]
}

for (const { name, args } of cases.filter((one) => one.exit === 0 && !beyond.includes(one.name)))
  test(`the recorded case ${name} fits the schema of its variant`, () => {
    const config = readYaml(readFileSync(join(corpus, name, args.at(-1)!), 'utf8'))
    assert.deepEqual(schemaProblems(schemaOf(config.variant, String(config.version)), config), [])
  })

test('the schema finds what is wrong, and where', () => {
  const problems = (config: object) =>
    schemaProblems(schemaOf('afloat'), { variant: 'afloat', version: '1.0.0', ...config })
  assert.deepEqual(problems({ 'x-mine': 1, hostname: 7, storage: null }), [])
  assert.deepEqual(problems({ contaners: [] }), ['$.contaners: not allowed'])
  assert.deepEqual(problems({ variables: { port: { type: 'integer', default: 80 }, host: {} } }), [])
  assert.deepEqual(problems({ variables: { port: { typ: 'integer' } } }), [
    '$.variables.port.typ: not allowed',
  ])
  assert.deepEqual(problems({ containers: [{ name: 'a', restart: 'allways' }] }), [
    '$.containers.0: image is missing',
    '$.containers.0.restart: not one of the choices',
  ])
  assert.deepEqual(problems({ storage: { files: [{ path: '/a', mode: 'x', contents: { inlin: 'x' } }] } }), [
    '$.storage.files.0.contents.inlin: not allowed',
    '$.storage.files.0.mode: wrong type',
  ])
  assert.deepEqual(problems({ version: '2.0.0' }), ['$.version: not the constant'])
})

test('schemaText() takes the newest stable version, and none that does not exist', () => {
  assert.equal(schemaOf('flatcar').$id, 'urn:afloat:schema:flatcar:1.1.0')
  assert.equal(schemaText('flatcar', '9.9.9'), undefined)
  assert.equal(schemaText('rhcos'), undefined)
})
