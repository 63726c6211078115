import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeUtf8 } from '@afloat/ignition/utf8'
import fc from 'fast-check'
import { payloadStart } from './bundle-head.ts'
import { checkManifest, checkReleaseTexts, parseManifest } from './check-manifest.ts'
import { bundleBytes, byteRange, listFrames, payloadBytes } from './frames.ts'
import { checkIdentity } from './identity.ts'
import { type Artefact, frameBytes, type Manifest, manifestLimits } from './manifest.ts'

const sha = (digit: string) => digit.repeat(64)

function artefact(name: string, bytes: number, storedBytes = (raw: number) => raw): Artefact {
  const frames = []
  for (let left = bytes; left > 0; left -= frameBytes) {
    const raw = Math.min(left, frameBytes)
    frames.push({ bytes: raw, storedBytes: storedBytes(raw), sha256: sha('1') })
  }
  return { name, bytes, sha256: sha('2'), frames }
}

const good: Manifest = {
  apiVersion: 'afloat/v1',
  kind: 'Release',
  architecture: 'x86_64',
  version: '1.1.0',
  usrRootHash: sha('a'),
  minimumVersion: '1.0.0',
  notes: 'Mends things.\nAnd others: ä',
  kernel: { release: '6.12.57+deb13-cloud-amd64', sha256: sha('b') },
  initramfs: { sha256: sha('c') },
  cmdline: 'console=ttyS0,115200 quiet',
  systemd: { version: 257 },
  artefacts: [
    artefact('usr', 2 * frameBytes + 4096, (raw) => raw - 100),
    artefact('verity', 4096),
    artefact('uki', frameBytes),
  ],
}

/** `good` with the value at a path replaced; undefined takes it out. */
function change(path: string, value: unknown): unknown {
  const copy = structuredCloneOf(good)
  const keys = path.split('.')
  let at = copy as Record<string, unknown>
  for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>
  if (value === undefined) delete at[keys.at(-1)!]
  else at[keys.at(-1)!] = value
  return copy
}

function structuredCloneOf(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

test('parseManifest() reads a manifest from its bytes', () => {
  assert.deepEqual(parseManifest(encodeUtf8(JSON.stringify(good))), good)
  const { notes: _notes, minimumVersion: _minimum, ...bare } = good
  assert.deepEqual(checkManifest(bare), bare)
})

test('parseManifest() refuses what is not JSON in UTF-8', () => {
  for (const bytes of [
    new Uint8Array(0),
    Uint8Array.of(0xff),
    encodeUtf8('{'),
    encodeUtf8('['.repeat(100_000)),
  ])
    assert.throws(() => parseManifest(bytes), { code: 'release/bad-manifest' })
  const huge = encodeUtf8(JSON.stringify(good).padEnd(manifestLimits.manifestBytes + 1))
  assert.throws(() => parseManifest(huge), { code: 'release/bad-manifest' })
})

test('checkManifest() leaves out what it does not know', () => {
  assert.deepEqual(checkManifest({ ...good, later: { more: true } }), good)
})

test('checkManifest() refuses other kinds as unknown', () => {
  for (const [key, value] of [
    ['apiVersion', 'afloat/v2'],
    ['kind', 'Image'],
    ['architecture', 'arm64'],
    ['apiVersion', undefined],
    ['kind', 7],
  ] as const)
    assert.throws(() => checkManifest(change(key, value)), { code: 'release/unknown-manifest' })
})

test('checkManifest() checks every field and names it', () => {
  const rows: [path: string, value: unknown, place?: RegExp][] = [
    ['version', '1.1'],
    ['version', '1.1.0+5'],
    ['version', '../../etc'],
    ['usrRootHash', sha('A')],
    ['usrRootHash', 'aa'],
    ['usrRootHash', `${sha('a')}\n`],
    ['minimumVersion', 'x'],
    ['minimumVersion', '1.1.1'],
    ['minimumVersion', null],
    ['notes', 5],
    ['notes', 'a\u001b[31mb'],
    ['notes', 'x'.repeat(16385)],
    ['kernel', undefined],
    ['kernel', []],
    ['kernel.release', ''],
    ['kernel.release', '../6.12'],
    ['kernel.sha256', sha('g')],
    ['initramfs.sha256', undefined],
    ['cmdline', 'quiet usrhash=00'],
    ['cmdline', 'usrhash=00'],
    ['cmdline', 'quiet\n'],
    ['cmdline', 'x'.repeat(2049)],
    ['systemd.version', '257'],
    ['systemd.version', 0],
    ['systemd.version', 1.5],
    ['artefacts', []],
    ['artefacts', {}],
    ['artefacts', Array(17).fill(good.artefacts[0])],
    ['artefacts.0', null, /artefacts\[0\]/],
    ['artefacts.0.name', 'Usr', /artefacts\[0\]\.name/],
    ['artefacts.0.name', '../usr', /artefacts\[0\]\.name/],
    ['artefacts.0.name', 'verity', /artefacts\[1\]\.name/],
    ['artefacts.0.name', 'other', /artefacts .*"usr"/],
    ['artefacts.0.bytes', 0, /artefacts\[0\]\.bytes/],
    ['artefacts.0.bytes', 2 ** 53, /artefacts\[0\]\.bytes/],
    ['artefacts.0.bytes', manifestLimits.totalBytes + 1, /artefacts\[0\]\.bytes/],
    ['artefacts.0.bytes', 4096, /artefacts\[0\]\.frames/],
    ['artefacts.0.bytes', 2 * frameBytes + 4097, /artefacts\[0\]\.frames\[2\]\.bytes/],
    ['artefacts.0.sha256', '', /artefacts\[0\]\.sha256/],
    ['artefacts.0.frames', [], /artefacts\[0\]\.frames/],
    ['artefacts.0.frames.0.bytes', frameBytes - 1, /frames\[0\]\.bytes/],
    ['artefacts.0.frames.0.bytes', frameBytes + 1, /frames\[0\]\.bytes/],
    ['artefacts.0.frames.0.storedBytes', frameBytes + 1, /frames\[0\]\.storedBytes/],
    ['artefacts.0.frames.0.storedBytes', 0, /frames\[0\]\.storedBytes/],
    ['artefacts.0.frames.0.storedBytes', -5, /frames\[0\]\.storedBytes/],
    ['artefacts.0.frames.2.sha256', sha('x'), /frames\[2\]\.sha256/],
  ]
  for (const [path, value, place = new RegExp(path.replaceAll('.', '\\.'))] of rows)
    assert.throws(
      () => checkManifest(change(path, value)),
      (error: { code: string; message: string }) => {
        assert.equal(error.code, 'release/bad-manifest', path)
        assert.match(error.message, place)
        return true
      },
      path,
    )
})

test('checkManifest() counts all artefacts against the largest size of a release', () => {
  const frames = (bytes: number) => artefact('usr', bytes).frames
  const most = {
    ...artefact('usr', 1),
    bytes: manifestLimits.totalBytes,
    frames: frames(manifestLimits.totalBytes),
  }
  assert.throws(() => checkManifest({ ...good, artefacts: [most, ...good.artefacts.slice(1)] }), {
    message: /artefacts\[1\]\.bytes/,
  })
})

test('checkManifest() fails with an error of its own for any value', () => {
  fc.assert(
    fc.property(fc.constantFrom(...pathsOf(good)), fc.jsonValue(), (path, value) => {
      try {
        checkManifest(change(path, value))
      } catch (error) {
        assert.match(String((error as { code?: string }).code), /^release\/(bad|unknown)-manifest$/)
      }
    }),
  )
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.throws(() => checkManifest(value), { name: 'AfloatError' })
    }),
  )
})

function pathsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path]
  const below = Object.entries(value).flatMap(([key, inner]) =>
    pathsOf(inner, path === '' ? key : `${path}.${key}`),
  )
  return path === '' ? below : [path, ...below]
}

test('checkReleaseTexts() checks what a person adds', () => {
  assert.deepEqual(checkReleaseTexts('1.0.0', {}), {})
  assert.deepEqual(checkReleaseTexts('1.0.0', { notes: 'a' }), { notes: 'a' })
  assert.throws(() => checkReleaseTexts('1.0.0', { minimumVersion: '1.0.1' }), {
    code: 'release/bad-manifest',
  })
  assert.throws(() => checkReleaseTexts('1.0.0', { notes: '\u0007' }), { code: 'release/bad-manifest' })
})

test('checkIdentity() takes the part of a manifest that a machine knows of itself', () => {
  const { version, kernel, initramfs, cmdline, systemd } = good
  const identity = { version, kernel, initramfs, cmdline, systemd }
  assert.deepEqual(checkIdentity({ ...identity, more: 1 }), identity)
  assert.throws(() => checkIdentity({ ...identity, systemd: {} }), {
    code: 'release/bad-identity',
    message: /systemd\.version/,
  })
})

test('listFrames() places frames without gaps, each where the last ended', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 3 * frameBytes }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 100 }), (all, percent) => {
      const stored = (raw: number) => Math.max(1, Math.floor((raw * percent) / 100))
      const artefacts = all.map((bytes, i) => artefact(`a${i}`, bytes, stored))
      const head = { manifestBytes: 500, signatureBytes: 90 }
      let at = payloadStart(head)
      for (const frame of listFrames({ artefacts })) {
        const range = byteRange(head, frame)
        assert.equal(range.start, at)
        assert.equal(range.end - range.start, frame.storedBytes)
        assert.equal(frame.rawAt, frame.index * frameBytes)
        assert.equal(frame.compressed, frame.storedBytes < frame.bytes)
        at = range.end
      }
      assert.equal(at, bundleBytes(head, { artefacts }))
      assert.equal(at - payloadStart(head), payloadBytes({ artefacts }))
    }),
  )
  assert.equal(payloadBytes({ artefacts: [] }), 0)
})

test('byteRange() reaches from one frame to the end of another', () => {
  const frames = listFrames(good)
  const head = { manifestBytes: 100, signatureBytes: 36 }
  assert.deepEqual(byteRange(head, frames[1]!, frames[3]!), {
    start: 200 + frameBytes - 100,
    end: 200 + 2 * frameBytes + 4096 - 300 + 4096,
  })
})
