import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Edit, indent, newLine, outdent } from './indent.ts'

/** `|` is the caret; two are the ends of the selection. */
function apply(change: (text: string, from: number, to: number) => Edit, drawn: string): string {
  const from = drawn.indexOf('|')
  const to = Math.max(from, drawn.lastIndexOf('|') - 1)
  const text = drawn.replaceAll('|', '')
  const edit = change(text, from, to)
  const after = text.slice(0, edit.from) + edit.text + text.slice(edit.to)
  const [a, b] = [edit.selectFrom, edit.selectTo]
  return a === b
    ? `${after.slice(0, a)}|${after.slice(a)}`
    : `${after.slice(0, a)}|${after.slice(a, b)}|${after.slice(b)}`
}

for (const [name, change, before, after] of [
  ['indent() goes to the next even column', indent, 'a:\n |b', 'a:\n  |b'],
  ['indent() replaces a selection in a line', indent, 'a: |bc|', 'a:  |'],
  ['indent() moves the lines of a selection', indent, 'a\nb|\nc\n\nd|', 'a\n|  b\n  c\n\n  d|'],
  ['outdent() moves a line and the caret in it', outdent, 'a:\n    b|', 'a:\n  b|'],
  ['outdent() takes no more than there is', outdent, ' a|', 'a|'],
  ['outdent() moves the lines of a selection', outdent, '|  a\n b\nc|', '|a\nb\nc|'],
  ['newLine() keeps the column', newLine, '  a: 1|', '  a: 1\n  |'],
  ['newLine() goes further in after a key', newLine, 'a:|', 'a:\n  |'],
  [
    'newLine() goes further in after the start of a block',
    newLine,
    '  a: |-|'.replace('|-', '>-'),
    '  a: >-\n    |',
  ],
  ['newLine() counts the dash of a list', newLine, '- a:|', '- a:\n    |'],
  ['newLine() takes a comment for no key', newLine, '# a:|', '# a:\n|'],
  ['newLine() replaces the selection', newLine, '  a|bc|d', '  a\n  |d'],
] as const)
  test(name, () => assert.equal(apply(change, before), after))
