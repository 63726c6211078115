import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatWord, formatWords, splitWords } from './words.ts'

for (const [word, written] of [
  ['plain', 'plain'],
  ['two words', '"two words"'],
  ['100%', '100%%'],
  ['$HOME', '$$HOME'],
  ['say "hi"', '"say \\"hi\\""'],
  ["it's", '"it\'s"'],
  ['a\nb\tc', '"a\\nb\\tc"'],
  ['back\\slash', '"back\\\\slash"'],
  ['\x01', '"\\x01"'],
  ['', '""'],
  [';', '";"'],
  ['grüße', 'grüße'],
] as const)
  test(`formatWord() writes ${JSON.stringify(word)} as ${written}`, () =>
    assert.equal(formatWord(word), written))

test('formatWord() refuses a NUL character', () => {
  assert.throws(() => formatWord('a\0b'), { code: 'unitfile/unwritable' })
})

test('formatWords() is read back as systemd reads it', () => {
  const words = fc.array(fc.string({ unit: 'binary' }).map((word) => word.replaceAll('\0', '')))
  fc.assert(
    fc.property(words, (expected) => assert.deepEqual(readAsSystemd(formatWords(expected)), expected)),
  )
})

/** Word splitting, C escapes, then `%%` and `$$`, as systemd.service(5) describes; only what formatWords may write. */
function readAsSystemd(line: string): string[] {
  const words = line.match(/"(?:[^"\\]|\\.)*"|[^\s"]+/gs) ?? []
  return words.map((word) => {
    const bare = word.startsWith('"')
      ? word
          .slice(1, -1)
          .replaceAll(/\\(x[0-9a-f]{2}|.)/g, (_, code: string) =>
            code.length > 1
              ? String.fromCharCode(Number.parseInt(code.slice(1), 16))
              : ({ n: '\n', r: '\r', t: '\t' }[code] ?? code),
          )
      : word
    return bare.replaceAll('%%', '%').replaceAll('$$', '$')
  })
}

for (const [text, words] of [
  ['', []],
  ['  nginx   -g  ', ['nginx', '-g']],
  [`sh -c "a 'b' c" 'd "e"'`, ['sh', '-c', "a 'b' c", 'd "e"']],
  [`a\\ b "c\\"d" '\\'`, ['a b', 'c"d', '\\']],
  [`x"y"'z' ""`, ['xyz', '']],
  ['open "quote', undefined],
] as const)
  test(`splitWords() of ${JSON.stringify(text)}`, () => assert.deepEqual(splitWords(text), words))
