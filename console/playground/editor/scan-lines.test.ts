import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scanLines } from './scan-lines.ts'

function literals(text: string): number[] {
  const lines = scanLines(text)
  return Array.from({ length: lines.count }, (_, line) => line).filter((line) => lines.isLiteral(line))
}

test('scanLines() finds lines by number and by offset, whatever they end in', () => {
  const lines = scanLines('a\r\n\nlong line')
  assert.deepEqual([lines.count, lines.longest], [3, 9])
  assert.deepEqual([lines.text(0), lines.text(1), lines.text(2)], ['a', '', 'long line'])
  assert.deepEqual([0, 2, 3, 4, 13].map(lines.lineOf), [0, 0, 1, 2, 2])
  assert.deepEqual([lines.start(0), lines.start(1), lines.start(2)], [0, 3, 4])
})

test('scanLines() has one empty line for an empty text, and one more after a last line ending', () => {
  assert.equal(scanLines('').count, 1)
  assert.equal(scanLines('a\n').count, 2)
})

for (const [name, text, expected] of [
  ['of a key, with empty lines, until the next key', 'a: |\n  x: 1\n\n  y\nb: 2', [1, 2, 3]],
  ['of a key in a list', '- name: a\n  contents: |-\n    [Unit]\n  enabled: true', [2]],
  ['of the key that a list item begins with', '- contents: >+2\n    a: 1\n  b: 2', [1]],
  ['that is a list item', 'a:\n  - |\n   text\n  - b', [2]],
  ['with a tag and a comment', 'a: !text | # why\n  b: 2\nc: 1', [1]],
  ['of words that only look like one', 'a: b |\n  c: 1', []],
] as const)
  test(`scanLines() knows the block scalar ${name}`, () => assert.deepEqual(literals(text), expected))
