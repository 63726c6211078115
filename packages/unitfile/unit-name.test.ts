import assert from 'node:assert/strict'
import { test } from 'node:test'
import { escapeUnitPath, hasUnitNameForm, nameExtension, templateOf } from './unit-name.ts'

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))

for (const [path, name] of [
  ['/', '-'],
  ['', '-'],
  ['/srv/data', 'srv-data'],
  ['//srv///data/', 'srv-data'],
  ['/srv/My Data/.hidden', 'srv-My\\x20Data-.hidden'],
  ['/.config', '\\x2econfig'],
  ['/a-b', 'a\\x2db'],
  ['/\xc3\xbc', '\\xc3\\xbc'],
] as const)
  test(`escapeUnitPath() makes ${name} of ${JSON.stringify(path)}`, () =>
    assert.equal(escapeUnitPath(latin1(path)), name))

test('templateOf() finds the template of an instance', () => {
  assert.equal(templateOf('getty@tty1.service'), 'getty@.service')
  assert.equal(templateOf('getty@.service'), undefined)
  assert.equal(templateOf('a.service'), undefined)
})

test('hasUnitNameForm() refuses spaces, slashes and overlong names', () => {
  assert.equal(hasUnitNameForm('srv-My\\x20Data.mount'), true)
  for (const name of ['a b.service', 'a/b.service', '', `${'x'.repeat(250)}.service`])
    assert.equal(hasUnitNameForm(name), false)
  assert.equal(nameExtension('a.b.service'), 'service')
  assert.equal(nameExtension('a'), '')
})
