import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Diagnostic } from './diagnostic.ts'
import { formatReference } from './format-reference.ts'

const entry: Diagnostic = {
  severity: 'error',
  code: 'ignition/path-relative',
  message: 'path not absolute',
  path: '$.storage.files.0.path',
  line: 3,
  column: 9,
  hint: 'Write "/a"',
  file: 'input.bu',
}

/** The marked line and the line of carets. */
function shown(line: string, column: number): string[] {
  const text = formatReference({ ...entry, line: 1, column }, [line])
  return text.split('\n').slice(3, 5)
}

test('formatReference() prints two lines of context on each side, and no hint', () => {
  const lines = ['a:', '  b:', '  path: a b', '  c: d', '', 'x']
  assert.equal(
    formatReference(entry, lines),
    `error[$.storage.files.0.path]:
  --> input.bu:3:9
   |
 1 | a:
 2 |   b:
 3 |   path: a b
   |         ^ path not absolute
 4 |   c: d
 5 | ${''}
   |
`,
  )
  const later = [...Array<string>(6).fill(''), ...lines]
  assert.match(formatReference({ ...entry, line: 9 }, later), /^ {4}\|\n {2}7 \| a:\n {2}8 \|/m)
})

test('formatReference() colors severity, arrow, numbers and carets', () => {
  const colored = formatReference({ ...entry, severity: 'warning', path: '$', line: 1, column: 1 }, ['ab'], {
    color: true,
  })
  assert.equal(
    colored,
    '\x1b[1;33mwarning\x1b[0m:\n  \x1b[1;34m-->\x1b[0m input.bu:1:1\n   |\n \x1b[1;34m1\x1b[0m | ab\n' +
      '   | \x1b[1;34m^^\x1b[0m path not absolute\n   |\n',
  )
})

test('formatReference() marks what stands at the column, also after other than ASCII characters', () => {
  assert.deepEqual(shown('größe: ß x', 8), [' 1 | größe: ß x', '   |        ^ path not absolute'])
  assert.deepEqual(shown('漢: 漢字', 4), [' 1 | 漢: 漢字', '   |     ^^^^ path not absolute'])
  assert.deepEqual(shown('a\tb', 3), [' 1 | a\tb', '   |  \t^ path not absolute'])
})

test('formatReference() falls back to one line without a place in the text', () => {
  const raw = 'error at $.storage.files.0.path, line 3 col 9: path not absolute\n'
  assert.equal(formatReference(entry, ['a', 'b', 'short']), raw)
  assert.equal(formatReference(entry, []), raw)
})

test('formatReference() cuts long lines and passes no control characters on', () => {
  assert.equal(shown('x'.repeat(5000), 1)[0], ` 1 | ${'x'.repeat(1000)}…`)
  const [line, carets] = shown(`${'x'.repeat(3000)} here ${'y'.repeat(3000)}`, 3002)
  assert.equal(line!.slice(carets!.indexOf('^'), carets!.lastIndexOf('^') + 1), 'here')
  assert.deepEqual(shown('\x1b[2J', 1), [' 1 | ·[2J', '   | ^^^^ path not absolute'])
})

test('formatReference() prints any position of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(5), fc.nat(50), (source, line, column) => {
      assert.match(formatReference({ ...entry, line, column }, source.split('\n')), /path not absolute\n/)
    }),
  )
})
