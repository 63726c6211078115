import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseUki } from './uki.ts'

type Section = { name: string; offset: number; raw: number; virtual?: number }

const sections: Section[] = [
  { name: '.text', offset: 1024, raw: 512 },
  { name: '.osrel', offset: 1536, raw: 512, virtual: 100 },
  { name: '.cmdline', offset: 2048, raw: 512, virtual: 160 },
  { name: '.uname', offset: 2560, raw: 512, virtual: 26 },
  { name: '.linux', offset: 3072, raw: 4096 },
  { name: '.initrd', offset: 7168, raw: 1024, virtual: 1000 },
]
const fileBytes = 8192

/** The headers of a PE file with these sections. */
function headers(list: readonly Section[], pe = 128): Uint8Array {
  const bytes = new Uint8Array(2048)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, 0x4d5a)
  view.setUint32(60, pe, true)
  view.setUint32(pe, 0x50450000)
  view.setUint16(pe + 6, list.length, true)
  view.setUint16(pe + 20, 240, true)
  for (const [i, { name, offset, raw, virtual = raw }] of list.entries()) {
    const at = pe + 24 + 240 + i * 40
    for (let c = 0; c < Math.min(8, name.length); c++) bytes[at + c] = name.charCodeAt(c)
    view.setUint32(at + 8, virtual, true)
    view.setUint32(at + 16, raw, true)
    view.setUint32(at + 20, offset, true)
  }
  return bytes
}

test('parseUki() finds each part, without the padding after it', () => {
  assert.deepEqual(parseUki(headers(sections), fileBytes), {
    osrel: { offset: 1536, bytes: 100 },
    cmdline: { offset: 2048, bytes: 160 },
    uname: { offset: 2560, bytes: 26 },
    linux: { offset: 3072, bytes: 4096 },
    initrd: { offset: 7168, bytes: 1000 },
  })
})

test('parseUki() does without what need not be there, and not without what must', () => {
  const without = (name: string) => headers(sections.filter((section) => section.name !== name))
  const { osrel, uname } = parseUki(
    headers(sections.filter(({ name }) => !/osrel|uname/.test(name))),
    fileBytes,
  )
  assert.deepEqual([osrel, uname], [undefined, undefined])
  for (const name of ['.linux', '.initrd', '.cmdline'])
    assert.throws(() => parseUki(without(name), fileBytes), {
      code: 'release/not-a-uki',
      message: /section is missing/,
    })
})

test('parseUki() refuses what is damaged', () => {
  const rows: [Uint8Array, RegExp][] = [
    [new Uint8Array(0), /headers end after byte 0/],
    [new Uint8Array(1024), /does not begin with "MZ"/],
    [headers(sections).subarray(0, 300), /headers end/],
    [headers(sections, 600).subarray(0, 620), /headers end/],
    [headers(sections, 600).subarray(0, 900), /headers end/],
    [headers([...sections, sections[4]!]), /section \.linux is there twice/],
    [headers([{ name: '.linux', offset: 4_000_000_000, raw: 4_000_000_000 }]), /ends beyond the file/],
    [headers([{ name: '.linux', offset: 8000, raw: 193 }]), /ends beyond the file/],
  ]
  for (const [bytes, message] of rows) assert.throws(() => parseUki(bytes, fileBytes), { message })
  const noPe = headers(sections)
  noPe[128] = 0
  assert.throws(() => parseUki(noPe, fileBytes), /no PE header/)
  const many = headers(sections)
  new DataView(many.buffer).setUint16(128 + 6, 65535, true)
  assert.throws(() => parseUki(many, fileBytes), /65535 sections/)
})

test('parseUki() of any bytes gives parts inside of the file, or an error of its own', () => {
  const flips = fc.array(fc.tuple(fc.nat(640), fc.nat(255)), { maxLength: 6 })
  fc.assert(
    fc.property(flips, (changes) => {
      const bytes = headers(sections)
      for (const [at, byte] of changes) bytes[at] = byte
      let parts: ReturnType<typeof parseUki>
      try {
        parts = parseUki(bytes, fileBytes)
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'release/not-a-uki')
        return
      }
      for (const { offset, bytes: size } of Object.values(parts)) assert.ok(offset + size <= fileBytes)
    }),
  )
})
