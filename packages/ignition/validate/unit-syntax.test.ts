import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { unitProblem } from './unit-syntax.ts'

const newline = 'unexpected newline encountered while parsing option name'
for (const [title, text, expected] of [
  ['nothing', '', undefined],
  ['text outside of sections', 'hello\n=x\n', undefined],
  ['settings, comments and continued lines', '# a\n[S]\n; b\nA=1 \\\n  [x\nB=\n=2\n', undefined],
  ['a comment that goes on', '[S]\n# a \\\nnot a setting\nA=1\n', undefined],
  ['a backslash at the end', '[S]\nA=1\\', undefined],
  ['an open section', '[S', 'unable to find end of section'],
  ['an open section in text to skip', 'a [b', 'unable to find end of section'],
  ['text behind a section', '[S] x\n', 'found garbage after section name : "x"'],
  ['a line without =', '[S]\nA\n', newline],
  ['a line that ends in CR', '[S]\r\nA\r\n', newline],
  ['a last line without =', '[S]\nA', 'EOF'],
] as const)
  test(`unitProblem() of ${title}`, () => assert.equal(unitProblem(text), expected))

test('unitProblem() ends for any text', () => {
  const pieces = fc.constantFrom('[', ']', '=', '\n', '\r', '\\', '#', ';', ' ', 'a')
  fc.assert(
    fc.property(fc.array(pieces), (parts) => {
      unitProblem(parts.join(''))
    }),
  )
})
