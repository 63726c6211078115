import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Diagnostic } from '@afloat/report'
import { markAt, nextMark, placeMarks } from './mark.ts'
import { scanLines } from './scan-lines.ts'

function problem(line: number, column: number): Diagnostic {
  return { severity: 'error', code: 'butane/any', message: 'Any', path: '$', line, column }
}

const lines = scanLines('imgae: web\n😀😀: "a b"\n\nlast')
const problems = [problem(4, 1), problem(2, 5), problem(1, 1), problem(0, 0), problem(9, 1), problem(3, 1)]
const marks = placeMarks(problems, lines)

test('placeMarks() finds the word or string at each place, columns being characters', () => {
  assert.deepEqual(
    marks.map(({ line, from, to }) => [line, from, to]),
    [
      [0, 0, 5],
      [1, 6, 11],
      [2, 0, 1],
      [3, 0, 4],
    ],
  )
})

test('placeMarks() keeps a mark within its line when the text has changed meanwhile', () => {
  assert.deepEqual(placeMarks([problem(1, 500)], scanLines('ab')), [
    { line: 0, from: 2, to: 3, problem: problem(1, 500) },
  ])
})

test('nextMark() goes on from the caret both ways, and around', () => {
  const lineOf = (offset: number, direction: 1 | -1) => nextMark(marks, lines, offset, direction)?.line
  assert.deepEqual([lineOf(0, 1), lineOf(1, 1), lineOf(100, 1)], [1, 1, 0])
  assert.deepEqual([lineOf(100, -1), lineOf(1, -1), lineOf(0, -1)], [3, 0, 3])
  assert.equal(nextMark([], lines, 0, 1), undefined)
})

test('markAt() counts the end of a mark as in it', () => {
  assert.equal(markAt(marks, lines, 5)?.line, 0)
  assert.equal(markAt(marks, lines, 6), undefined)
})
