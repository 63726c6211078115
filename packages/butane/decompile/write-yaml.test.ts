import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SourceNode } from '@afloat/ignition'
import fc from 'fast-check'
import { parseYaml } from '../yaml/parse-yaml.ts'
import { writeYaml } from './write-yaml.ts'

test('writeYaml() writes what people would', () => {
  const value = {
    files: [
      { path: '/etc/motd', mode: 0o644, contents: { inline: 'a\n  b\n' } },
      { path: '/a', mode: 0o1777, overwrite: true, append: [{}] },
    ],
    words: ['plain word', 'yes', '0644', '10-a.conf', '1e3', 'a: b', 'a #b', '', '"hi"', "{it's}: \\", 'ü'],
    keep: 'a\n\n\n',
    strip: '\n a\nb',
    controls: '\x1b\x85\u2028\ufeff\ud800\r\n',
    none: [],
  }
  assert.equal(
    writeYaml(value),
    `files:
  - path: /etc/motd
    mode: 0644
    contents:
      inline: |
        a
          b
  - path: /a
    mode: 01777
    overwrite: true
    append:
      - {}
words:
  - plain word
  - "yes"
  - "0644"
  - 10-a.conf
  - "1e3"
  - "a: b"
  - "a #b"
  - ""
  - '"hi"'
  - '{it''s}: \\'
  - "ü"
keep: |+
  a


strip: |2-

   a
  b
controls: "\\x1b\\x85\\u2028\\ufeff\\ud800\\r\\n"
none: []
`,
  )
})

test('writeYaml() writes text that is read back as it was', () => {
  const unit = fc.oneof(
    fc.constantFrom(
      ...' \t\n\r:#-?|>\'"\\&*!%@`{}[],~=<0eyn/.',
      '\u2028',
      '\ufeff',
      '\x85',
      '\0',
      '\ud800',
      '😀',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  )
  const text = fc.array(unit, { maxLength: 12 }).map((units) => units.join(''))
  fc.assert(
    fc.property(fc.array(text, { maxLength: 3 }), text, (list, last) => {
      const parsed = parseYaml(writeYaml({ before: list, deep: [{ key: last, list }], last }))
      assert.ok('root' in parsed, JSON.stringify(parsed))
      assert.deepEqual(plain(parsed.root!), { before: list, deep: [{ key: last, list }], last })
    }),
  )
})

function plain(node: SourceNode): unknown {
  if (node.kind === 'list') return node.items.map(plain)
  if (node.kind === 'map')
    return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plain(value)]))
  return node.kind === 'scalar' ? node.text : assert.fail('alias')
}
