import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTap } from './parse-tap.ts'

test('parseTap() counts results and keeps failures with their details', () => {
  const text = 'ok 1 - a\nnot ok 2 - b\n    Error: x\nok 3 - c # SKIP why\nok 4 - d # TODO\n1..4\n'
  assert.deepEqual(parseTap(text), {
    tally: { passed: 1, failed: 1, skipped: 2 },
    failures: ['not ok 2 - b', '    Error: x'],
    complete: true,
    last: 'd',
  })
})

test('parseTap() calls a run incomplete without its plan, or with too few results', () => {
  assert.equal(parseTap('ok 1 - a\n').complete, false)
  assert.equal(parseTap('ok 1 - a\n1..2\n').complete, false)
  assert.equal(parseTap('').complete, false)
})

test('parseTap() does not take what a test prints for a result', () => {
  const { tally, complete } = parseTap('ok, then\nok 1 - a\nnot ok\n1..1\n')
  assert.deepEqual({ tally, complete }, { tally: { passed: 1, failed: 0, skipped: 0 }, complete: true })
})
