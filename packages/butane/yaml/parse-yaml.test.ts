import assert from 'node:assert/strict'
import { test } from 'node:test'
import { locate } from '@afloat/ignition'
import type { Path } from '@afloat/report'
import fc from 'fast-check'
import { DEEPEST, parseYaml } from './parse-yaml.ts'

function problems(text: string): string[] {
  const parsed = parseYaml(text)
  return 'problems' in parsed ? parsed.problems.map(({ found, offset }) => `${found.code} ${offset}`) : []
}

for (const [title, text, expected] of [
  ['a tab as indentation', 'a:\n\tb: 1', ['butane/bad-yaml 3']],
  ['an open quote where it opens', 'z: "y"\na: "x\nb: 1\n', ['butane/bad-yaml 10']],
  ['an item that is out of line at its first character', 'a:\n  - b: 1\n   c: 2\n', ['butane/bad-yaml 15']],
  ['a control character', 'a: \x07', ['butane/bad-yaml 3']],
  ['a key given twice', 'a: 1\nb: 2\na: 3', ['butane/duplicate-key 10']],
  ['a key given twice in two spellings', '{a: 1, "a": 2}', ['butane/duplicate-key 7']],
  ['a list as key', '? [a]\n: 1', ['butane/bad-key 2']],
  ['an unknown alias', 'a: *b', ['butane/unknown-alias 3']],
  ['an alias before its anchor', 'a: *b\nc: &b 1', ['butane/unknown-alias 3']],
] as const)
  test(`parseYaml() reports ${title}`, () => assert.deepEqual(problems(text), expected))

for (const unit of ['[', '{a: ', '- ', '? '])
  test(`parseYaml() refuses 10,000 levels of ${JSON.stringify(unit)}`, () => {
    assert.match(problems(unit.repeat(10_000))[0] ?? '', /^butane\/too-deep /)
  })

test('parseYaml() refuses deep indentation', () => {
  const lines = Array.from({ length: 2000 }, (_, level) => `${' '.repeat(level)}a:`)
  assert.match(problems(lines.join('\n'))[0] ?? '', /^butane\/too-deep /)
})

test('parseYaml() reads nesting up to its limit', () => {
  const levels = DEEPEST - 10
  assert.deepEqual(problems('['.repeat(levels) + ']'.repeat(levels)), [])
})

test('parseYaml() reads the first document only', () => {
  assert.deepEqual(problems('a: 1\n---\n"broken'), [])
  assert.deepEqual(parseYaml(''), { root: undefined })
  assert.deepEqual(parseYaml('# nothing\n'), { root: undefined })
})

const source = `a: &one
  b: x
c:
  - &two {d: 1}
  - !!str text
  - *one
"": y
`
for (const [path, start] of [
  [[], 'a: &one'],
  [['a'], '&one'],
  [['a', 'b'], 'x\n'],
  [['a', 'missing', 'deeper'], '&one'],
  [['c', 0], '&two'],
  [['c', 0, 'd'], '1}'],
  [['c', 1], '!!str'],
  [['c', 2, 'b'], '*one'],
  [['c', 9], '- &two'],
  [[''], 'y\n'],
] as const)
  test(`locate() finds ${JSON.stringify(path)} at ${JSON.stringify(start)}`, () => {
    const parsed = parseYaml(source)
    assert.ok('root' in parsed && parsed.root)
    assert.equal(locate(parsed.root, path as Path), source.indexOf(start))
  })

test('parseYaml() reads any text', () => {
  const parts = fc.constantFrom(
    'a',
    ':',
    ' ',
    '\n',
    '- ',
    '[',
    ']',
    '{',
    '}',
    ',',
    '&a',
    '*a',
    '!',
    '|',
    '>',
    '"',
    "'",
    '#',
    '? ',
    '<<: ',
    '\t',
    '%',
    '---\n',
    '...\n',
    '\u2028',
    '🚢',
  )
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 30 }), (text) => {
      parseYaml(text.join(''))
    }),
    { numRuns: 3000 },
  )
})
