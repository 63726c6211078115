import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { unifiedDiff } from './unified-diff.ts'

test('unifiedDiff() shows changes with three lines around them', () => {
  const lines = 'a b c d e f g h i j k l m n o p'.split(' ')
  const changed = lines.flatMap((line) => (line === 'e' ? ['E', 'x'] : line === 'o' ? [] : [line]))
  assert.deepEqual(unifiedDiff(`${lines.join('\n')}\n`, `${changed.join('\n')}\n`), [
    ...['@@ -2,7 +2,8 @@', ' b', ' c', ' d', '-e', '+E', '+x', ' f', ' g', ' h'],
    ...['@@ -12,5 +13,4 @@', ' l', ' m', ' n', '-o', ' p'],
  ])
})

test('unifiedDiff() handles empty texts and missing line ends', () => {
  assert.deepEqual(unifiedDiff('', 'a\nb\n'), ['@@ -0,0 +1,2 @@', '+a', '+b'])
  assert.deepEqual(unifiedDiff('a\n', ''), ['@@ -1 +0,0 @@', '-a'])
  const end = '\\ No newline at end of file'
  assert.deepEqual(unifiedDiff('a\n', 'a'), ['@@ -1 +1 @@', '-a', '+a', end])
  assert.deepEqual(unifiedDiff('a', 'a'), [])
})

test('unifiedDiff() replaces texts that have little in common', () => {
  const many = (word: string) => Array.from({ length: 3000 }, (_, index) => `${word}${index}\n`).join('')
  const diff = unifiedDiff(many('a'), many('b'))
  assert.equal(diff.length, 6001)
  assert.equal(diff[0], '@@ -1,3000 +1,3000 @@')
})

test('unifiedDiff() leads from one text to the other', () => {
  const text = fc
    .tuple(fc.array(fc.constantFrom('a', 'b', 'c', '')), fc.constantFrom('', '\n'))
    .map(([lines, end]) => lines.join('\n') + end)
  fc.assert(fc.property(text, text, (from, to) => assert.equal(apply(from, unifiedDiff(from, to)), to)))
})

/** Applies a diff, checking every line it takes away or keeps. */
function apply(text: string, diff: readonly string[]): string {
  const lines = text === '' ? [] : text.split(/(?<=\n)/)
  const result: string[] = []
  let at = 0
  for (const [index, entry] of diff.entries()) {
    const start = /^@@ -(\d+)(?:,(\d+))? /.exec(entry)
    if (start) {
      const first = start[2] === '0' ? Number(start[1]) : Number(start[1]) - 1
      while (at < first) result.push(lines[at++]!)
    } else if (!entry.startsWith('\\')) {
      const line = entry.slice(1) + (diff[index + 1]?.startsWith('\\') ? '' : '\n')
      if (!entry.startsWith('+')) assert.equal(lines[at++], line)
      if (!entry.startsWith('-')) result.push(line)
    }
  }
  return [...result, ...lines.slice(at)].join('')
}
