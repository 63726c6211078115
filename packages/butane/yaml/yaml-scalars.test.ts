import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ScalarNode } from '@afloat/ignition'
import { parseYaml } from './parse-yaml.ts'
import { yamlScalars } from './yaml-scalars.ts'

const rules = yamlScalars({ fractions: 'cut' })
const strict = yamlScalars({ fractions: 'refuse' })

function scalar(text: string): ScalarNode {
  const parsed = parseYaml(text)
  assert.ok('root' in parsed && parsed.root?.kind === 'scalar', text)
  return parsed.root
}

for (const [text, integer] of [
  ['0', 0],
  ['-0', 0],
  ['644', 644],
  ['0644', 0o644],
  ['0o644', 0o644],
  ['-0644', -0o644],
  ['+12', 12],
  ['0x1A4', 0x1a4],
  ['0b101', 5],
  ['1_024', 1024],
  ['1e3', 1000],
  ['10.9', 10],
  ['-10.9', -10],
  ['0888', 888],
  ['"5"', undefined],
  ['!!int "5"', 5],
  ['!!float "5.5"', 5],
  ['!!int 5.5', undefined],
  ['!!str 5', undefined],
  ['_5', undefined],
  ['five', undefined],
  ['.inf', undefined],
  ['99999999999999999999', undefined],
  ['yes', undefined],
] as const)
  test(`yamlScalars() reads ${text} as the integer ${integer}`, () =>
    assert.equal(rules.toInteger(scalar(text)), integer))

test('yamlScalars() refuses fractions and exponents on request', () => {
  assert.equal(strict.toInteger(scalar('0644')), 0o644)
  for (const text of ['10.5', '1e3', '0888']) assert.equal(strict.toInteger(scalar(text)), undefined)
})

for (const [text, flag] of [
  ['true', true],
  ['TRUE', true],
  ['yes', true],
  ['on', true],
  ['Y', true],
  ['"yes"', true],
  ['false', false],
  ['off', false],
  ['n', false],
  ['"true"', undefined],
  ['Yes', true],
  ['ON', true],
  ["'NO'", false],
  ['yEs', undefined],
  ['!!bool "true"', true],
  ['!!bool yes', undefined],
  ['!!str true', undefined],
  ['1', undefined],
] as const)
  test(`yamlScalars() reads ${text} as the boolean ${flag}`, () =>
    assert.equal(rules.toFlag(scalar(text)), flag))

for (const [text, string] of [
  ['1.10', '1.10'],
  ['0644', '0644'],
  ['true', 'true'],
  ['2001-01-01', '2001-01-01'],
  ['!!binary aGk=', 'hi'],
  ['!!binary |\n  aG\n  k=', 'hi'],
  ['!!binary gA==', undefined],
  ['!!binary x', undefined],
  ['!!str null', 'null'],
  ['!other x', 'x'],
  ["'~'", '~'],
] as const)
  test(`yamlScalars() reads ${JSON.stringify(text)} as the string ${string}`, () => {
    assert.equal(rules.isNull(scalar(text)), false)
    assert.equal(rules.toText(scalar(text)), string)
  })

for (const text of ['~', 'null', 'Null', 'NULL', '!!null x'])
  test(`yamlScalars() reads ${text} as nothing`, () => assert.equal(rules.isNull(scalar(text)), true))
