import assert from 'node:assert/strict'
import { test } from 'node:test'
import { specs } from '@afloat/ignition'
import { arbitraryConfig } from '@afloat/ignition/testing/arbitrary-config'
import fc from 'fast-check'
import { toSource } from '../decompile/to-source.ts'
import { writeYaml } from '../decompile/write-yaml.ts'
import { variants } from '../variants.ts'
import { parseYaml } from '../yaml/parse-yaml.ts'
import { formatYaml } from './format-yaml.ts'
import { sameContents } from './same-contents.ts'

function format(text: string): string {
  const { text: formatted, report } = formatYaml(text)
  assert.deepEqual(report.diagnostics, [])
  return formatted!
}

for (const [title, text, expected] of [
  [
    'indentation, spaces and empty lines',
    'a:   1\n\n\n\nb:\n    -   c:   2\n        d: 3\n',
    'a: 1\n\nb:\n  - c: 2\n    d: 3\n',
  ],
  [
    'quotes',
    `a: 'x'\nb: "y"\n'c': '"z"'\nd: "\\u2028"\ne: "p\n  q"\nf: 'it''s'\n`,
    `a: "x"\nb: "y"\n"c": '"z"'\nd: "\\u2028"\ne: "p q"\nf: "it's"\n`,
  ],
  ['short braces', 'a: { b: 1,c: [ 2,3 ] }\n', 'a: {b: 1, c: [2, 3]}\n'],
  [
    'long braces',
    `a: {b: ${'x'.repeat(40)}, c: [1, 2], d: ${'y'.repeat(40)}}\n`,
    `a:\n  b: ${'x'.repeat(40)}\n  c: [1, 2]\n  d: ${'y'.repeat(40)}\n`,
  ],
  ['braces with comments', 'a: [1, # one\n  2]\n', 'a:\n  - 1 # one\n  - 2\n'],
  ['line endings and a byte order mark', '\ufeffa: 1\r\nb: |\r\n  x\r\n', 'a: 1\nb: |\n  x\n'],
  ['a comment alone', '\n\n  # a\n\n\n\n# b', '# a\n\n# b\n'],
  ['nothing', '\n', ''],
  ['a document with its marks', '---\na: 1\n# b\n...\n# c\n', '---\na: 1\n\n# b\n# c\n'],
] as const)
  test(`formatYaml() brings ${title} into one form`, () => {
    assert.equal(format(text), expected)
    assert.equal(format(expected), expected)
  })

test('formatYaml() keeps comments, modes, words, anchors, tags and blocks as they are written', () => {
  const text = `# top
variant: flatcar # which

# before
storage:
  files:
    - path: /a # hi
      mode: 0644
      overwrite: yes
      user: &me {id: 1_0}
      group: *me
      contents:
        inline: |2-
           indented
          not

          # no comment
    # last
x: !!binary aGk=
y: >
  folded

  text
z: |+
  keep

<<: {a-: b}
null:
`
  assert.equal(format(text), text)
})

for (const [title, text, expected] of [
  ['broken YAML', 'a: 1\nb: "', 'bad-yaml 2:4'],
  ['a key given twice', 'a: 1\na: 2\n', 'duplicate-key 2:1'],
  ['a second document', 'a: 1\n---\nb: 2\n', 'several-documents 2:1'],
  ['text over 10 MB', 'x'.repeat(10 * 1024 * 1024 + 1), 'too-large 1:1'],
  ['a control character', 'a: \0', 'bad-yaml 1:4'],
] as const)
  test(`formatYaml() refuses ${title}`, () => {
    const { text: formatted, report } = formatYaml(text)
    assert.equal(formatted, undefined)
    assert.deepEqual(
      report.diagnostics.map(({ code, line, column }) => `${code.replace('butane/', '')} ${line}:${column}`),
      [expected],
    )
  })

test('formatYaml() keeps what any YAML says, and changes nothing the second time', () => {
  const scalar = fc.oneof(
    fc.constantFrom(
      'a',
      '0644',
      'yes',
      'a-',
      'a b',
      '~',
      '""',
      "'x y'",
      '"a\\n b"',
      '',
      '*x',
      '&x b',
      '!!str c',
      '! d',
    ),
    fc.constantFrom(
      '|\n    x\n     y\n',
      '>-\n    x\n    y\n\n    z\n',
      '|+\n    x\n\n',
      'a\n    b',
      '"a\n\n    b"',
    ),
    fc.constantFrom('[]', '{}', '[a, {b: c}]', '{a: "b", c}', '[a, # c\n    b]', `[${'x, '.repeat(40)}]`),
  )
  const comment = fc.constantFrom('', '', ' # c', '   # d  ', '\n\n\n  # e', '\n# f')
  const lines = fc.array(fc.tuple(fc.constantFrom('', '  '), fc.constantFrom('', '- '), scalar, comment), {
    maxLength: 6,
  })
  const text = lines.map((all) =>
    all.map(([indent, dash, value, end], index) => `${indent}${dash}k${index}:  ${value}${end}\n`).join(''),
  )
  fc.assert(
    fc.property(text, (source) => {
      const { text: formatted, report } = formatYaml(source)
      const parsed = parseYaml(source)
      const codes = report.diagnostics.map(({ code }) => code)
      assert.ok(!codes.includes('butane/format-changes'), source)
      if (formatted === undefined) {
        assert.ok('problems' in parsed || codes.includes('butane/several-documents'))
        return
      }
      const again = parseYaml(formatted)
      assert.ok('root' in parsed && 'root' in again && sameContents(parsed.root, again.root), formatted)
      assert.equal(format(formatted), formatted)
    }),
  )
})

test('formatYaml() keeps what configs of any version say', () => {
  const anyVariant = (version: string) => variants.find(({ ignition }) => ignition.version === version)!
  fc.assert(
    fc.property(fc.oneof(...specs.map(arbitraryConfig)), (config) => {
      const source = toSource(config, anyVariant(config.ignition.version), {
        inline: true,
        gunzip: undefined,
      })
      const yaml = writeYaml(source)
      const [parsed, again] = [parseYaml(yaml), parseYaml(format(yaml))]
      assert.ok('root' in parsed && 'root' in again && sameContents(parsed.root, again.root), yaml)
    }),
  )
})
