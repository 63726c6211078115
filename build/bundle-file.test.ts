import assert from 'node:assert/strict'
import { randomBytes, sign } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  byteRange,
  formatBundleHead,
  formatSignatures,
  frameBytes,
  listFrames,
  type Manifest,
  parseBundleHead,
  payloadStart,
} from '@afloat/release'
import { generateKey, type KeyPair, loadPrivateKey, loadPublicKey } from './keys.ts'
import { openBundle, verifyBundle } from './read-bundle.ts'
import { type BundleInputs, writeBundle } from './write-bundle.ts'

let dir: string
let key: KeyPair
let inputs: BundleInputs
let bundle: string
let manifest: Manifest

const sha = (digit: string) => digit.repeat(64)
const at = (name: string) => join(dir, name)

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'afloat-bundle-'))
  await generateKey(at('test'))
  await generateKey(at('other'))
  key = await loadPrivateKey(at('test.key'))
  // One frame that compresses, one that does not, a short one.
  await writeFile(
    at('usr'),
    Buffer.concat([Buffer.alloc(frameBytes, 'usr'), randomBytes(frameBytes), Buffer.alloc(9)]),
  )
  await writeFile(at('verity'), Buffer.alloc(4096, 'verity'))
  await writeFile(at('uki'), randomBytes(5000))
  inputs = {
    version: '1.0.0',
    usrRootHash: sha('a'),
    kernel: { release: '6.12', sha256: sha('b') },
    initramfs: { sha256: sha('c') },
    cmdline: 'quiet',
    systemd: { version: 257 },
    artefacts: ['usr', 'verity', 'uki'].map((name) => ({ name, path: at(name) })),
  }
  bundle = at('good.afloat')
  manifest = await writeBundle(inputs, [key], bundle)
})

after(() => rm(dir, { recursive: true }))

/** A copy of the bundle with some bytes changed. */
async function changed(name: string, change: (bytes: Buffer) => Buffer | undefined): Promise<string> {
  const bytes = await readFile(bundle)
  await writeFile(at(name), change(bytes) ?? bytes)
  return at(name)
}

test('writeBundle() writes what verifyBundle() finds whole', async () => {
  const seen: number[] = []
  const opened = await verifyBundle(bundle, [key.publicKey], (done) => seen.push(done))
  assert.deepEqual(opened.manifest, manifest)
  assert.equal(opened.signedBy.id, key.publicKey.id)
  assert.equal(seen.length, 5)
  assert.equal(seen.at(-1), (await stat(bundle)).size)
  assert.deepEqual(
    manifest.artefacts.map(({ name, bytes, frames }) => [name, bytes, frames.length]),
    [
      ['usr', 2 * frameBytes + 9, 3],
      ['verity', 4096, 1],
      ['uki', 5000, 1],
    ],
  )
  const [first, second] = manifest.artefacts[0]!.frames
  assert.ok(first!.storedBytes < 10_000, 'the first frame was not compressed')
  assert.equal(second!.storedBytes, frameBytes, 'what cannot be compressed is stored as it is')
})

test('writeBundle() writes the same bytes for the same inputs, and leaves nothing else behind', async () => {
  await writeBundle(inputs, [key], at('again.afloat'))
  assert.ok((await readFile(at('again.afloat'))).equals(await readFile(bundle)))
  assert.deepEqual(
    (await readdir(dir)).filter((name) => /payload|partial/.test(name)),
    [],
  )
})

test('writeBundle() refuses what would be no release, and leaves no file', async () => {
  for (const change of [{ version: '1' }, { notes: '\u0007' }, { artefacts: inputs.artefacts.slice(1) }])
    await assert.rejects(writeBundle({ ...inputs, ...change }, [key], at('no.afloat')), {
      code: 'release/bad-manifest',
    })
  assert.equal(
    (await readdir(dir)).some((name) => name.startsWith('no.afloat')),
    false,
  )
})

test('verifyBundle() takes a bundle that one of several trusted keys signed', async () => {
  const other = await loadPrivateKey(at('other.key'))
  await writeBundle(inputs, [other, key], at('both.afloat'))
  for (const trusted of [[key.publicKey], [other.publicKey], [other.publicKey, key.publicKey]])
    assert.equal((await verifyBundle(at('both.afloat'), trusted)).signedBy.id, trusted[0]!.id)
})

test('openBundle() believes nothing that no trusted key signed', async () => {
  const other = await loadPublicKey(at('other.pub'))
  await assert.rejects(openBundle(bundle, [other]), { code: 'release/wrong-key' })
  await assert.rejects(openBundle(bundle, []), { code: 'release/wrong-key' })
  await writeBundle(inputs, [], at('unsigned.afloat'))
  await assert.rejects(openBundle(at('unsigned.afloat'), [key.publicKey]), { code: 'release/unsigned' })
  const { manifestBytes } = parseBundleHead(await readFile(bundle))
  const forged = await changed('forged', (bytes) => {
    bytes[64 + bytes.subarray(64, 64 + manifestBytes).indexOf('1.0.0')] = 0x39
  })
  await assert.rejects(openBundle(forged, [key.publicKey]), { code: 'release/bad-signature' })
  // The signature of another key under the name of a trusted one.
  const wrong = await loadPrivateKey(at('other.key'))
  await writeBundle(inputs, [{ privateKey: wrong.privateKey, publicKey: key.publicKey }], at('impostor'))
  await assert.rejects(openBundle(at('impostor'), [key.publicKey]), { code: 'release/bad-signature' })
})

test('verifyBundle() names the frame that is damaged', async () => {
  const head = parseBundleHead(await readFile(bundle))
  for (const frame of listFrames(manifest)) {
    const { start, end } = byteRange(head, frame)
    const path = await changed('damaged', (bytes) => {
      const place = start + Math.floor((end - start) / 2)
      bytes[place] = bytes[place]! ^ 1
      return undefined
    })
    await assert.rejects(verifyBundle(path, [key.publicKey]), {
      code: 'release/damaged-frame',
      details: { artefact: frame.artefact, frame: frame.index, offset: start },
    })
  }
})

test('verifyBundle() says where a bundle is cut off, and that something follows it', async () => {
  const size = (await stat(bundle)).size
  const head = parseBundleHead(await readFile(bundle))
  const cuts: [length: number, message: RegExp][] = [
    [0, /0 bytes, in its first line/],
    [63, /63 bytes, in its first line/],
    [64, /in its manifest/],
    [payloadStart(head) - 1, /in its manifest/],
    [payloadStart(head), /in frame 0 of "usr"/],
    [payloadStart(head) + 3_000_000, /in frame 1 of "usr"/],
    [size - 1, /in frame 0 of "uki"/],
  ]
  for (const [length, message] of cuts) {
    const path = await changed('cut', () => undefined)
    await truncate(path, length)
    await assert.rejects(verifyBundle(path, [key.publicKey]), { code: 'release/truncated', message })
  }
  const longer = await changed('longer', (bytes) => Buffer.concat([bytes, Buffer.from('\n')]))
  await assert.rejects(verifyBundle(longer, [key.publicKey]), {
    code: 'release/trailing-bytes',
    message: /1 follow/,
  })
})

test('verifyBundle() does not take frames that are good for an artefact that is not', async () => {
  // Signed, but the whole-file hash belongs to something else.
  const { artefacts } = manifest
  const lying = { ...manifest, artefacts: [{ ...artefacts[0]!, sha256: sha('f') }, ...artefacts.slice(1)] }
  const path = await resigned('lying', lying)
  await assert.rejects(verifyBundle(path, [key.publicKey]), {
    code: 'release/damaged-artefact',
    message: /"usr"/,
  })
})

test('verifyBundle() unpacks no more than the manifest says', async () => {
  // The first frame unpacks to 4 MiB, the signed manifest says 9 bytes for an artefact of its own.
  const [usr, ...rest] = manifest.artefacts
  const small = { bytes: 9000, storedBytes: usr!.frames[0]!.storedBytes, sha256: sha('1') }
  const bomb = { name: 'bomb', bytes: 9000, sha256: sha('1'), frames: [small] }
  const path = await resigned('bomb', { ...manifest, artefacts: [bomb, usr!, ...rest] })
  await assert.rejects(verifyBundle(path, [key.publicKey]), {
    code: 'release/damaged-frame',
    message: /"bomb"/,
  })
})

/** The payload of the bundle under another manifest, signed. */
async function resigned(name: string, other: unknown): Promise<string> {
  const bytes = Buffer.from(JSON.stringify(other))
  const signature = sign(null, bytes, key.privateKey).toString('base64')
  const signatures = Buffer.from(formatSignatures([{ keyId: key.publicKey.id, signature }]))
  const head = formatBundleHead({ manifestBytes: bytes.length, signatureBytes: signatures.length })
  const good = await readFile(bundle)
  const payload = good.subarray(payloadStart(parseBundleHead(good)))
  await writeFile(at(name), Buffer.concat([head, bytes, signatures, payload]))
  return at(name)
}

test('openBundle() tells a file that cannot be read from one that is no bundle', async () => {
  await assert.rejects(openBundle(at('missing'), []), { code: 'bundle/unreadable' })
  await assert.rejects(openBundle(dir, []), { code: 'bundle/unreadable', message: /not a file/ })
  await assert.rejects(openBundle(at('usr'), []), { code: 'release/not-a-bundle' })
})
