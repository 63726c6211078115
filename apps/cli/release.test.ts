import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, mock, test } from 'node:test'
import { loadPrivateKey } from '@afloat/build/keys'
import { writeBundle } from '@afloat/build/write-bundle'
import { AfloatError } from '@afloat/report'
import { Command } from 'commander'
import { keyCommand } from './key.ts'
import { releaseCommand } from './release.ts'

const dir = mkdtempSync(join(tmpdir(), 'afloat-release-'))
process.env['AFLOAT_CACHE'] = join(dir, 'cache')
after(() => rmSync(dir, { recursive: true }))
const bundle = join(dir, 'good.afloat')
let keyId = ''

/** Runs a command in this process. What it throws for people is told apart by its code, with exit code 1. */
async function afloat(...args: string[]) {
  const lines = { out: [] as string[], err: [] as string[] }
  const mocks = [
    mock.method(console, 'log', (text: string) => void lines.out.push(text)),
    mock.method(console, 'error', (text: string) => void lines.err.push(text)),
    mock.method(process.stderr, 'write', () => true),
  ]
  const program = new Command().addCommand(keyCommand()).addCommand(releaseCommand())
  let exit: unknown
  try {
    const inDir = args.map((arg) => (files.has(arg) ? join(dir, arg) : arg))
    await program.parseAsync(inDir, { from: 'user' })
    exit = process.exitCode ?? 0
  } catch (error) {
    if (!(error instanceof AfloatError)) throw error
    lines.err.push(`error: ${error.message} (${error.code})`)
    exit = 1
  } finally {
    for (const { mock } of mocks) mock.restore()
    process.exitCode = undefined
  }
  return { exit, out: lines.out.join('\n'), err: lines.err.join('\n') }
}

/** Names that stand for files of the test. */
const files = new Set(['team', 'team.key', 'team.pub', 'other', 'other.pub', 'third', 'usr', 'missing'])
for (const name of ['missing.pub', 'missing.key']) files.add(name)

before(async () => {
  assert.equal((await afloat('key', 'generate', '--output', 'team')).exit, 0)
  assert.equal((await afloat('key', 'generate', '--output', 'other')).exit, 0)
  const key = await loadPrivateKey(join(dir, 'team.key'))
  keyId = key.publicKey.id
  for (const name of ['usr', 'verity', 'uki']) writeFileSync(join(dir, name), name.repeat(5000))
  const digest = (digit: string) => digit.repeat(64)
  await writeBundle(
    {
      version: '1.2.3',
      usrRootHash: digest('a'),
      minimumVersion: '1.0.0',
      notes: 'First line\nsecond line',
      kernel: { release: '6.12.1', sha256: digest('b') },
      initramfs: { sha256: digest('c') },
      cmdline: 'quiet',
      systemd: { version: 257 },
      artefacts: ['usr', 'verity', 'uki'].map((name) => ({ name, path: join(dir, name) })),
    },
    [key],
    bundle,
  )
})

test('key generate prints what goes into the YAML and overwrites nothing', async () => {
  const before = readFileSync(join(dir, 'team.key'), 'utf8')
  const again = await afloat('key', 'generate', '--output', 'team')
  assert.equal(again.exit, 1)
  assert.match(again.err, /team\.key" exists \(release\/key-exists\)/)
  assert.equal(readFileSync(join(dir, 'team.key'), 'utf8'), before)
  const { kind, publicKey } = JSON.parse((await afloat('key', 'generate', '--output', 'third', '--json')).out)
  assert.equal(kind, 'PublicKey')
  assert.equal(Buffer.from(publicKey, 'base64').length, 32)
})

test('release verify says who signed a whole bundle', async () => {
  const { exit, out } = await afloat('release', 'verify', '--key', 'team.pub', bundle)
  assert.equal(exit, 0)
  assert.match(out, new RegExp(`good\\.afloat: whole, 1\\.2\\.3, signed by ${keyId}`))
  const json = JSON.parse(
    (await afloat('release', 'verify', '--key', 'other.pub', '--key', 'team.pub', '--json', bundle)).out,
  )
  assert.deepEqual([json.ok, json.version, json.signedBy], [true, '1.2.3', keyId])
})

test('release verify exits with 7 for a bad bundle, and with 1 when it cannot look at it', async () => {
  const cut = join(dir, 'cut.afloat')
  writeFileSync(cut, readFileSync(bundle))
  truncateSync(cut, readFileSync(bundle).length - 1)
  const rows: [args: string[], exit: number, code: string][] = [
    [['--key', 'other.pub', bundle], 7, 'release/wrong-key'],
    [[bundle], 7, 'release/wrong-key'],
    [['--key', 'team.pub', cut], 7, 'release/truncated'],
    [['--key', 'team.pub', 'usr'], 7, 'release/not-a-bundle'],
    [['--key', 'team.pub', 'missing'], 1, 'bundle/unreadable'],
    [['--key', 'missing.pub', bundle], 1, 'release/bad-key'],
    [['--key', 'team.key', bundle], 1, 'release/bad-key'],
  ]
  for (const [args, exit, code] of rows) {
    const found = await afloat('release', 'verify', ...args)
    assert.equal(found.exit, exit, code)
    assert.match(found.err, new RegExp(`^error: .*\\(${code}\\)$`, 'm'))
    assert.equal(found.out, '')
  }
  const json = JSON.parse((await afloat('release', 'verify', '--key', 'team.pub', '--json', cut)).out)
  assert.equal(json.ok, false)
  assert.equal(json.error.code, 'release/truncated')
  assert.deepEqual([json.error.details.artefact, json.error.details.frame], ['uki', 0])
})

test('release inspect shows what is in a bundle, once its signature is good', async () => {
  const { exit, out } = await afloat('release', 'inspect', '--key', 'team.pub', bundle)
  assert.equal(exit, 0)
  assert.match(out, /^Release: +1\.2\.3, x86_64$/m)
  assert.match(out, /^Needs: +1\.0\.0 or later/m)
  assert.match(out, /^Notes: +First line\n +second line$/m)
  assert.match(out, /^ +usr +0\.0 MB, stored as 0\.0 MB in 1 frame$/m)
  assert.equal(
    JSON.parse((await afloat('release', 'inspect', '--key', 'team.pub', '--json', bundle)).out).version,
    '1.2.3',
  )
  const other = await afloat('release', 'inspect', bundle)
  assert.deepEqual([other.exit, other.out], [7, ''])
})

test('release build says what is wrong with its options before it builds anything', async () => {
  const rows: [args: string[], code: string][] = [
    [['--version', '1'], 'build/bad-version'],
    [['--version', '1.0.0', '--minimum-version', '2.0.0'], 'release/bad-manifest'],
    [['--version', '1.0.0', '--key', 'missing.key'], 'release/bad-key'],
    [['--version', '1.0.0', '--key', 'team.pub'], 'release/bad-key'],
    [['--version', '1.0.0', '--cmdline-append', 'usrhash=1'], 'build/bad-cmdline'],
    [['--version', '1.0.0', '--overlay', 'missing'], 'build/bad-overlay'],
  ]
  for (const [args, code] of rows) {
    const { exit, err } = await afloat('release', 'build', ...args)
    assert.equal(exit, 1)
    assert.match(err, new RegExp(`^error: .*\\(${code}\\)$`, 'm'))
  }
})
