import assert from 'node:assert/strict'
import { test } from 'node:test'
import { finding } from './diagnostic.ts'
import { LineIndex } from './line-index.ts'
import { Report } from './report.ts'

test('Report sorts by position and keeps the order within one place', () => {
  const report = new Report()
  const lines = new LineIndex('a\nb\nc')
  for (const [code, offset] of [
    ['x/late', 4],
    ['x/first', 0],
    ['x/second', 0],
  ] as const)
    report.addIssue(
      { severity: 'warning', ...finding(code, code), path: ['a', 0], offset },
      { lines, file: 'f' },
    )
  assert.deepEqual(
    report.diagnostics.map(({ code, path, line }) => [code, path, line]),
    [
      ['x/first', '$.a.0', 1],
      ['x/second', '$.a.0', 1],
      ['x/late', '$.a.0', 3],
    ],
  )
  assert.equal(report.hasErrors, false)
})

test('Report has errors once one is merged in', () => {
  const report = new Report()
  const other = new Report()
  other.addIssue({ severity: 'error', code: 'x/y', message: 'z', path: [] }, { lines: new LineIndex('') })
  assert.equal(report.isEmpty, true)
  report.merge(other)
  assert.equal(report.hasErrors, true)
  assert.deepEqual(report.diagnostics, [
    { severity: 'error', code: 'x/y', message: 'z', path: '$', line: 0, column: 0 },
  ])
})
