import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { colorLine } from './color-line.ts'

for (const [line, expected] of [
  ['name: web', 'key:name'],
  ['  - name: web # why: not', 'key:name comment:# why: not'],
  ['mode: 0644', 'key:mode number:0644'],
  ['survive: true', 'key:survive number:true'],
  ['url: http://a/#b', 'key:url'],
  ["\"a b\": 'it''s'", "key:\"a b\" string:'it''s'"],
  ['ports: ["80:80", 9]', 'key:ports string:"80:80" number:9'],
  ['user: { name: core, id: 5 }', 'key:user key:name key:id number:5'],
  ['host: !var host', 'key:host tag:!var'],
  ['a: *b', 'key:a tag:*b'],
  ['# all of it: comment', 'comment:# all of it: comment'],
  ['key with spaces: 1.5', 'key:key with spaces number:1.5'],
  ['version: 1.0.0 beta', 'key:version'],
  ['text: "open', 'key:text string:"open'],
  ['', ''],
] as const)
  test(`colorLine() of ${JSON.stringify(line)}`, () => {
    const colored = colorLine(line).filter(({ kind }) => kind !== 'plain')
    assert.equal(colored.map(({ kind, text }) => `${kind}:${text}`).join(' '), expected)
  })

test('colorLine() leaves out nothing and adds nothing', () => {
  const word = fc.constantFrom(
    ' ',
    ':',
    ': ',
    '#',
    ' #',
    '"',
    "'",
    '-',
    '- ',
    '[',
    '}',
    ',',
    '&a',
    '!',
    '|',
    '\t',
    'a',
    '7',
    'ü😀',
  )
  const lines = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(word).map((words) => words.join('')),
  )
  fc.assert(
    fc.property(lines, (line) => {
      const pieces = colorLine(line)
      assert.equal(pieces.map(({ text }) => text).join(''), line)
      assert.ok(pieces.every(({ text }) => text !== ''))
    }),
  )
})

test('colorLine() takes lines of data without pause', () => {
  for (const part of ['a', '"', "'", ': ', 'a: ', '-', ' ', 'a#', '\\"', ',', '1', '"\\']) {
    const startedAt = performance.now()
    colorLine(part.repeat(5000 / part.length))
    assert.ok(performance.now() - startedAt < 500, `lines of ${JSON.stringify(part)}`)
  }
})
