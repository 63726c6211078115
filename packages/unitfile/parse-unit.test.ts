import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatUnit } from './format-unit.ts'
import { parseUnit } from './parse-unit.ts'
import { hasSection, type UnitFile, unitValue, unitValues } from './unit-file.ts'

const plain = (text: string) =>
  parseUnit(text).sections.map(({ name, entries }) => [
    name,
    ...entries.map(({ key, value }) => `${key}=${value}`),
  ])

for (const [title, text, expected] of [
  [
    'reads sections and entries',
    '[Unit]\nA=1\n\n[Service]\nB = x y \n',
    [
      ['Unit', 'A=1'],
      ['Service', 'B=x y'],
    ],
  ],
  ['skips comments and empty lines', '# c\n[Unit]\n; d\n\n#A=0\nA=1\n', [['Unit', 'A=1']]],
  ['joins continued lines with a space', '[S]\nA=x \\\n  y\\\nz\nB=1', [['S', 'A=x    y z', 'B=1']]],
  ['skips comments between continued lines', '[S]\nA=x\\\n# c\ny', [['S', 'A=x y']]],
  ['keeps an even number of backslashes', '[S]\nA=x\\\\\nB=1', [['S', 'A=x\\\\', 'B=1']]],
  ['keeps a value that ends in the middle of a continuation', '[S]\nA=x\\', [['S', 'A=x']]],
  [
    'keeps repeated keys and sections',
    '[S]\nA=1\nA=\nA=2\n[S]\nA=3',
    [
      ['S', 'A=1', 'A=', 'A=2'],
      ['S', 'A=3'],
    ],
  ],
  ['keeps = and # inside a value', '[S]\nA=b=c # d', [['S', 'A=b=c # d']]],
  ['takes CRLF and a byte order mark', '\ufeff[S]\r\nA=1\r\n', [['S', 'A=1']]],
] as const)
  test(`parseUnit() ${title}`, () => assert.deepEqual(plain(text), expected))

for (const [text, issue] of [
  ['[Service]\n  ExecStart /x\n', 'error unitfile/no-equals 2:3'],
  ['[Service\nA=1', 'error unitfile/bad-section 1:1'],
  ['[Service] x\n', 'error unitfile/bad-section 1:1'],
  ['[S]\n=1', 'error unitfile/no-name 2:1'],
  ['A=1\n[S]\n', 'warning unitfile/outside-section 1:1'],
  [`[S]\nA=${'x'.repeat(2 ** 20)}`, 'error unitfile/line-too-long 2:1'],
] as const)
  test(`parseUnit() reports ${issue} of ${JSON.stringify(text.slice(0, 20))}`, () => {
    const [found] = parseUnit(text).issues
    assert.equal(`${found?.severity} ${found?.code} ${found?.line}:${found?.column}`, issue)
  })

test('parseUnit() says where an entry is', () => {
  assert.deepEqual(parseUnit('[S]\n\n  A=1').sections[0]?.entries[0]?.at, { line: 3, column: 3 })
})

test('unitValues() starts over after an empty value', () => {
  const unit = parseUnit('[S]\nA=1\nA=\nA=2\nA=3\n[T]\nA=4')
  assert.deepEqual(unitValues(unit, 'S', 'A'), ['2', '3'])
  assert.equal(unitValue(unit, 'S', 'A'), '3')
  assert.equal(unitValue(unit, 'S', 'B'), undefined)
  assert.equal(hasSection(unit, 'T'), true)
  assert.equal(hasSection(unit, 'U'), false)
})

const key = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/)
const value = fc
  .string({ unit: 'binary', maxLength: 40 })
  .map((text) => text.replaceAll(/[\r\n\0]/g, ' ').replaceAll(/^[ \t]+|[ \t\\]+$/g, ''))
const noNullPrototype = { noNullPrototype: true }
const section = fc.record(
  {
    name: fc.stringMatching(/^[A-Za-z][A-Za-z -]{0,12}[A-Za-z]$/),
    entries: fc.array(fc.record({ key, value }, noNullPrototype)),
  },
  noNullPrototype,
)
const unitFile: fc.Arbitrary<UnitFile> = fc.record({ sections: fc.array(section) }, noNullPrototype)

test('parseUnit() reads back what formatUnit() wrote', () => {
  fc.assert(
    fc.property(unitFile, (unit) => {
      const read = parseUnit(formatUnit(unit, { header: 'made\nup' }))
      assert.deepEqual(read.issues, [])
      assert.deepEqual(
        {
          sections: read.sections.map(({ name, entries }) => ({
            name,
            entries: entries.map(({ at: _, ...entry }) => entry),
          })),
        },
        unit,
      )
    }),
  )
})

test('parseUnit() takes no more time for long runs of spaces and backslashes', () => {
  const run = 200_000
  for (const text of [' ', '\\', '\t '].map((part) => `[S]\nA=x${part.repeat(run)}y\n`))
    assert.equal(parseUnit(text).sections[0]?.entries.length, 1)
})

test('parseUnit() reads any text', () => {
  const parts = fc.constantFrom('[', ']', '=', '\\', '\n', '\r', '#', ';', 'A', ' ', '\t', '\u2028', '🚢')
  fc.assert(
    fc.property(fc.array(parts), (text) => {
      parseUnit(text.join(''))
    }),
  )
})

for (const [what, entry] of [
  ['a line break', { key: 'A', value: 'x\ny' }],
  ['an outer space', { key: 'A', value: ' x' }],
  ['a backslash at the end', { key: 'A', value: 'x\\' }],
  ['a bad key', { key: 'A=B', value: 'x' }],
  ['a comment as key', { key: '#A', value: 'x' }],
] as const)
  test(`formatUnit() refuses ${what}`, () => {
    assert.throws(() => formatUnit({ sections: [{ name: 'S', entries: [entry] }] }), {
      code: 'unitfile/unwritable',
    })
  })
