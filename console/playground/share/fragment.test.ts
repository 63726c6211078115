import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { formatFragment, LARGEST_SHARED, parseFragment } from './fragment.ts'

const pack = (bytes: string | Uint8Array) => `#v1.${deflateRawSync(bytes).toString('base64url')}`

test('parseFragment() reads what formatFragment() wrote', async () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', '\ufeffa', '<script>', 'a\r\nb\0'),
  )
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const fragment = await formatFragment(text)
      assert.match(fragment as string, /^#v1\.[\w-]*$/)
      assert.deepEqual(await parseFragment(fragment as string), { text: text.toWellFormed() })
    }),
  )
})

test('parseFragment() goes on reading links of version 1', async () => {
  assert.deepEqual(await parseFragment('#v1.K0ssykzMK7FSSEzLyU8s4QIA'), { text: 'variant: afloat\n' })
})

for (const [name, fragment, problem] of [
  ['some other fragment', '#top', 'The link holds no configuration'],
  ['a newer version', '#v2.AAAA', 'The link is from a newer version of this page'],
  ['markup', '#v1.<img src=x onerror=alert(1)>', 'The link is damaged: was it copied whole?'],
  ['what is no base64url', '#v1.a+b/', 'The link is damaged: was it copied whole?'],
  ['what is no deflated text', '#v1.AAAA', 'The link is damaged: was it copied whole?'],
  [
    'a link that was cut',
    pack('variant: afloat '.repeat(9)).slice(0, -4),
    'The link is damaged: was it copied whole?',
  ],
  ['bytes that are no text', pack(Uint8Array.of(0xff, 0xfe)), 'The link is damaged: was it copied whole?'],
  ['a bomb', pack(Buffer.alloc(LARGEST_SHARED + 1)), 'The link holds more than 1 MiB of text'],
  ['a huge link', `#v1.${'A'.repeat(3_000_000)}`, 'The link is larger than any that this page makes'],
] as const)
  test(`parseFragment() says what is wrong with ${name}`, async () => {
    assert.deepEqual(await parseFragment(fragment), { problem })
  })

test('parseFragment() never throws', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('', '#', '#v1.', '#v1'), fc.base64String(), async (start, rest) => {
      const shared = await parseFragment(
        start + rest.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
      )
      assert.ok(shared === undefined || 'text' in shared || 'problem' in shared)
    }),
  )
})

test('parseFragment() finds nothing in an empty fragment', async () => {
  assert.deepEqual([await parseFragment(''), await parseFragment('#')], [undefined, undefined])
})

test('formatFragment() refuses what is larger than a link can hold', async () => {
  assert.deepEqual(await formatFragment('a'.repeat(LARGEST_SHARED + 1)), {
    problem: 'The text is larger than 1 MiB: share it as a file',
  })
})
