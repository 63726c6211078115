import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Diagnostic } from './diagnostic.ts'
import { formatDiagnostic } from './format-diagnostic.ts'
import { formatRaw } from './format-raw.ts'

const entry: Diagnostic = {
  severity: 'error',
  code: 'butane/unknown-key',
  message: 'Unknown key "imge"',
  path: '$.containers.0.imge',
  line: 2,
  column: 3,
  hint: 'Write "image"',
  file: 'afloat.yaml',
}

const shown = (source: string, change: Partial<Diagnostic> = {}) =>
  formatDiagnostic({ ...entry, ...change }, source)
    .split('\n')
    .slice(1, 3)

test('formatDiagnostic() prints place, message, source line, caret and hint', () => {
  assert.equal(
    formatDiagnostic(entry, 'containers:\n  imge: nginx\n'),
    `afloat.yaml:2:3: error: Unknown key "imge" (butane/unknown-key)
  2 |   imge: nginx
    |   ^^^^
  hint: Write "image"
`,
  )
})

test('formatDiagnostic() colors severity, caret and hint only when asked', () => {
  const colored = formatDiagnostic(entry, 'a\n  imge: x', { color: true })
  assert.match(colored, /\x1b\[1;31merror\x1b\[0m/)
  assert.equal(colored.replaceAll(/\x1b\[[0-9;]*m/g, ''), formatDiagnostic(entry, 'a\n  imge: x'))
})

test('formatDiagnostic() aligns the caret after wide characters, combining marks and tabs', () => {
  assert.deepEqual(shown('\n"漢字" x', { column: 6 }), ['  2 | "漢字" x', '    |        ^'])
  assert.deepEqual(shown('\ne\u0301 x', { column: 4 }), ['  2 | e\u0301 x', '    |   ^'])
  assert.deepEqual(shown('\n\tx: 1', { column: 2 }), ['  2 |     x: 1', '    |     ^'])
  assert.deepEqual(shown('\n"grüße" x', { column: 1 }), ['  2 | "grüße" x', '    | ^^^^^^^'])
})

test('formatDiagnostic() marks a quoted string to its end and stops at brackets and commas', () => {
  assert.deepEqual(shown('\n[a b, "c \\" d"]', { column: 7 })[1], '    |       ^^^^^^^^')
  assert.deepEqual(shown('\n[abc, d]', { column: 2 })[1], '    |  ^^^')
  assert.deepEqual(shown('\n[abc, d]', { column: 1 })[1], '    | ^')
})

test('formatDiagnostic() cuts long lines around the caret', () => {
  const [line = '', caret = ''] = shown(`\n${'x'.repeat(500)} here ${'y'.repeat(500)}`, { column: 502 })
  assert.equal(line.length, '  2 | '.length + 102)
  assert.equal(line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1), 'here')
})

test('formatDiagnostic() never passes control characters of the source on', () => {
  assert.deepEqual(shown('\na\x1b[2J b', { column: 1 }), ['  2 | a·[2J b', '    | ^^'])
})

test('formatDiagnostic() needs neither position nor source', () => {
  const { file: _, hint: __, ...bare } = entry
  assert.equal(
    formatDiagnostic({ ...bare, line: 0, column: 0 }),
    'error: Unknown key "imge" (butane/unknown-key)\n',
  )
  assert.equal(formatDiagnostic({ ...bare, line: 9, column: 1 }, 'a').split('\n').length, 2)
})

test('formatDiagnostic() prints any position of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(5), fc.nat(50), (source, line, column) => {
      assert.match(formatDiagnostic({ ...entry, line, column }, source), /hint: Write/)
    }),
  )
})

test('formatRaw() is one line with path, line and column', () => {
  assert.equal(formatRaw(entry), 'error at $.containers.0.imge, line 2 col 3: Unknown key "imge"\n')
  assert.equal(formatRaw({ ...entry, path: '$', message: 'a\nb' }), 'error at line 2 col 3: a b\n')
  assert.equal(formatRaw({ ...entry, path: '', line: 0 }), 'error: Unknown key "imge"\n')
})
