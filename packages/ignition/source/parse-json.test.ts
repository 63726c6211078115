import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ParsedJson, parseJson } from './parse-json.ts'
import { resolveAlias, type SourceNode } from './source-node.ts'

for (const [text, offset, message] of [
  ['', 0, 'expected a value, found the end of the file'],
  ['{"a":}', 5, 'expected a value, found "}"'],
  ['{"a" 1}', 5, 'expected ":" after the key, found "1"'],
  ['{a:1}', 1, 'expected a key in double quotes, found "a"'],
  ['{"a":1,}', 7, 'expected a key in double quotes, found "}"'],
  ['[1 2]', 3, 'expected "," or "]", found "2"'],
  ['[01]', 1, 'expected a value, found "0"'],
  ['[tru]', 1, 'expected a value, found "t"'],
  ['"abc', 0, 'string is not closed'],
  ['"a\nb"', 0, 'string holds a line break, another control character or an unknown escape'],
  ['"\\x"', 0, 'string holds a line break, another control character or an unknown escape'],
  ['1 1', 2, 'unexpected text after the end of the config'],
  ['{"a":"🚢"🚢}', 9, 'expected "," or "}", found "🚢"'],
] as const)
  test(`parseJson() of ${JSON.stringify(text)} fails at ${offset}`, () =>
    assert.deepEqual(parseJson(text), { error: { message }, offset }))

for (const deep of ['['.repeat(1_000_000), '{"a":'.repeat(10_000)])
  test(`parseJson() refuses deep nesting of ${deep.slice(0, 5)}`, () => {
    const parsed = parseJson(deep)
    assert.match('error' in parsed ? parsed.error.message : '', /deeper than 100 levels/)
  })

test('parseJson() gives offsets of keys and values and reports a key given twice', () => {
  const parsed = parseJson(' {"a": [1], "a": 2}')
  assert.ok('root' in parsed && parsed.root.kind === 'map')
  assert.deepEqual(parsed.duplicates, [{ key: 'a', offset: 12 }])
  assert.deepEqual(parsed.root.entries.get('a'), {
    keyOffset: 12,
    quoted: true,
    value: { kind: 'scalar', type: 'number', offset: 17, text: '2' },
  })
})

test('parseJson() reads what JSON.stringify() wrote', () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ noUnicodeString: false, maxDepth: 5 }),
      fc.constantFrom(undefined, 2),
      (value, indent) => {
        const text = JSON.stringify(value, undefined, indent)
        assert.deepEqual(plain(parseJson(text)), JSON.parse(text))
      },
    ),
  )
})

test('parseJson() agrees with JSON.parse() on what is JSON', () => {
  const parts = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    '\\',
    'a',
    '1',
    '-',
    '.',
    'e',
    ' ',
    'null',
    '"a"',
    '\u2028',
  )
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 12 }), (chosen) => {
      const text = chosen.join('')
      const accepted = 'root' in parseJson(text)
      // QuickJS reads "1." and the like; there, only what we accept must be JSON.
      if (accepted || !isJson('1.')) assert.equal(accepted, isJson(text), text)
    }),
    { numRuns: 2000 },
  )
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function plain(parsed: ParsedJson): unknown {
  assert.ok('root' in parsed)
  return value(parsed.root)
}

function value(node: SourceNode): unknown {
  const found = resolveAlias(node)
  if (found.kind === 'list') return found.items.map(value)
  if (found.kind === 'map') {
    const object: Record<string, unknown> = {}
    for (const [key, entry] of found.entries)
      Object.defineProperty(object, key, {
        value: value(entry.value),
        enumerable: true,
        configurable: true,
        writable: true,
      })
    return object
  }
  return found.type === 'string' ? found.text : JSON.parse(found.text)
}
