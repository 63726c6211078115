import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseCmdline, placeWords, splitCmdline } from './cmdline.ts'

test('parseCmdline() keeps the last value of a repeated key, and all in order', () => {
  const cmdline = parseCmdline('console=tty0 quiet console=ttyS0,115200')
  assert.equal(cmdline.get('console'), 'ttyS0,115200')
  assert.deepEqual(cmdline.all('console'), ['tty0', 'ttyS0,115200'])
})

test('parseCmdline() tells a bare key from an absent one', () => {
  const cmdline = parseCmdline('quiet')
  assert.equal(cmdline.get('quiet'), '')
  assert.equal(cmdline.get('loud'), undefined)
  assert.equal(cmdline.has('quiet'), true)
})

test('parseCmdline() keeps blanks and "=" inside quotes', () => {
  const cmdline = parseCmdline('a="b c" "d=e f" g=h=i\n')
  assert.equal(cmdline.get('a'), 'b c')
  assert.equal(cmdline.get('d'), 'e f')
  assert.equal(cmdline.get('g'), 'h=i')
})

test('parseCmdline() leaves out what is meant for PID 1', () => {
  assert.equal(parseCmdline('a=1 -- a=2').get('a'), '1')
})

test('parseCmdline() returns every quoted value as it was written', () => {
  const key = fc.stringMatching(/^[a-z_.]{1,12}$/)
  const value = fc.stringMatching(/^[ -!#-~]{0,20}$/) // no quote
  fc.assert(
    fc.property(fc.array(fc.tuple(key, value)), (pairs) => {
      const cmdline = parseCmdline(pairs.map(([k, v]) => `${k}="${v}"`).join(' '))
      for (const [k] of pairs) {
        assert.deepEqual(
          cmdline.all(k),
          pairs.filter(([other]) => other === k).map(([, v]) => v),
        )
      }
    }),
  )
})

test('placeWords() knows where each character of a word stands', () => {
  const text = ' a="b c"  "" x"'
  assert.deepEqual(placeWords(text), [
    { text: 'a=b c', offsets: [1, 2, 4, 5, 6, 8], unclosed: false },
    { text: '', offsets: [12], unclosed: false },
    { text: 'x', offsets: [13, 15], unclosed: true },
  ])
})

test('splitCmdline() takes only the blanks of ASCII for such', () => {
  assert.deepEqual(splitCmdline('a\tb\nc\u00a0d\u2003e'), ['a', 'b', 'c\u00a0d\u2003e'])
})
