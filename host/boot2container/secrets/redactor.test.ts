import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeBase64 } from '@afloat/ignition/base64'
import { shellLine } from '../../sys/shell-line.ts'
import { encodeUtf8 } from '../../sys/utf8.ts'
import { redactor } from './redactor.ts'

const base64 = (text: string) => encodeBase64(encodeUtf8(text))

test('redactor() hides a value in every form that programs print it in', () => {
  const value = 'pä ss/wörd+"1\'&'
  const redact = redactor([value])
  for (const [text, shown] of [
    [`key=${value};`, 'key=(hidden);'],
    [JSON.stringify({ key: value }), '{"key":"(hidden)"}'],
    [shellLine(['login', value]), 'login (hidden)'],
    [`?key=${encodeURIComponent(value)}&b`, '?key=(hidden)&b'],
    [`?key=${encodeURIComponent(value).toLowerCase()}&b`, '?key=(hidden)&b'],
    ['?key=p%C3%A4+ss%2Fw%C3%B6rd%2B%221%27%26', '?key=(hidden)'],
    [base64(value), '(hidden)'],
    [base64(value).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''), '(hidden)'],
    ['70c3a42073732f77c3b672642b22312726', '(hidden)'],
    ['nothing of the kind', 'nothing of the kind'],
  ] as const)
    assert.equal(redact(text), shown)
})

test('redactor() hides what it can of base64 with something before and behind', () => {
  const value = 'correct horse battery'
  for (const before of ['', 'u', 'us', 'use', 'user:']) {
    for (const behind of ['', '!', '!!', '!!!']) {
      const shown = redactor([value])(`Basic ${base64(before + value + behind)}`)
      assert.ok(shown.includes('(hidden)'), shown)
      const rest = shown.replace('Basic ', '').replace('(hidden)', '')
      // What is left are the neighbours, and at most a character on each side shares its digits with them.
      assert.ok(rest.length <= ((before.length + behind.length) * 8) / 6 + 8, shown)
    }
  }
})

test('redactor() hides each line of a value with several', () => {
  const key = '-----BEGIN KEY-----\r\nMIIBVgIBADAN\r\nabcd\r\n}\r\n-----END KEY-----'
  const redact = redactor([key])
  assert.equal(redact('1: MIIBVgIBADAN'), '1: (hidden)')
  assert.equal(redact('{ "a": "abcd" }'), '{ "a": "(hidden)" }')
  assert.equal(redact(key), '(hidden)')
  assert.equal(redact(JSON.stringify(key)), '"(hidden)"')
})

test('redactor() leaves no rest of a value that another is a part of', () => {
  assert.equal(redactor(['secret', 'my-secret-too'])('my-secret-too, secret'), '(hidden), (hidden)')
  assert.equal(redactor([])('text'), 'text')
  assert.equal(redactor([''])('text'), 'text')
})
