import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CpioEntry, formatCpio } from './cpio.ts'

const text = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to))

/** Reads an archive back by the format's own rules: header, name, data, each padded to four bytes. */
function readCpio(bytes: Uint8Array) {
  const members: { path: string; mode: number; mtime: number; data: string }[] = []
  for (let at = 0; ; ) {
    assert.equal(text(bytes, at, at + 6), '070701')
    const field = (index: number) => Number.parseInt(text(bytes, at + 6 + 8 * index, at + 14 + 8 * index), 16)
    const nameLength = field(11)
    const path = text(bytes, at + 110, at + 110 + nameLength - 1)
    const dataAt = Math.ceil((at + 110 + nameLength) / 4) * 4
    if (path === 'TRAILER!!!') return members
    members.push({ path, mode: field(1), mtime: field(5), data: text(bytes, dataAt, dataAt + field(6)) })
    at = Math.ceil((dataAt + field(6)) / 4) * 4
  }
}

test('formatCpio() writes what a reader of the format gets back', () => {
  const entries: CpioEntry[] = [
    { kind: 'directory', path: 'bin', mode: 0o755 },
    { kind: 'file', path: 'bin/a', mode: 0o4755, data: Uint8Array.from([104, 105, 10]) },
    { kind: 'link', path: 'bin/b', target: 'a' },
    { kind: 'device', path: 'null', mode: 0o666, major: 1, minor: 3 },
  ]
  assert.deepEqual(readCpio(formatCpio(entries, 1_700_000_000)), [
    { path: 'bin', mode: 0o40755, mtime: 1_700_000_000, data: '' },
    { path: 'bin/a', mode: 0o104755, mtime: 1_700_000_000, data: 'hi\n' },
    { path: 'bin/b', mode: 0o120777, mtime: 1_700_000_000, data: 'a' },
    { path: 'null', mode: 0o20666, mtime: 1_700_000_000, data: '' },
  ])
})

test('formatCpio() keeps names and contents of any length in step', () => {
  const file = fc.record({
    path: fc.stringMatching(/^[a-z]{1,40}$/),
    data: fc.uint8Array({ max: 126, maxLength: 50 }),
  })
  fc.assert(
    fc.property(fc.array(file), (files) => {
      const entries = files.map(({ path, data }): CpioEntry => ({ kind: 'file', path, mode: 0o644, data }))
      const back = readCpio(formatCpio(entries))
      assert.deepEqual(
        back.map(({ path, data }) => ({ path, data })),
        files.map(({ path, data }) => ({ path, data: String.fromCharCode(...data) })),
      )
    }),
  )
})

test('formatCpio() refuses a name that the kernel could not read back', () => {
  assert.throws(() => formatCpio([{ kind: 'directory', path: 'é', mode: 0o755 }]), RangeError)
})
