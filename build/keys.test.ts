import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ensureDevelopmentKey, generateKey, loadPrivateKey, loadPublicKey } from './keys.ts'

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'afloat-keys-'))
})
after(() => rm(dir, { recursive: true }))

test('generateKey() writes a pair, the private half for its owner alone', async () => {
  const name = join(dir, 'new/team')
  const made = await generateKey(name)
  assert.deepEqual((await readdir(join(dir, 'new'))).sort(), ['team.key', 'team.pub'])
  assert.equal((await stat(`${name}.key`)).mode & 0o777, 0o600)
  assert.match(await readFile(`${name}.key`, 'utf8'), /^-----BEGIN PRIVATE KEY-----\n/)
  assert.deepEqual((await loadPrivateKey(`${name}.key`)).publicKey, made)
  assert.deepEqual(await loadPublicKey(`${name}.pub`), made)
  assert.match(made.id, /^[0-9a-f]{16}$/)
  await writeFile(join(dir, 'raw.pub'), `${made.text}\n`)
  assert.deepEqual(await loadPublicKey(join(dir, 'raw.pub')), made)
})

test('generateKey() never overwrites either half', async () => {
  for (const ending of ['key', 'pub']) {
    const name = join(dir, `kept-${ending}`)
    await writeFile(`${name}.${ending}`, 'precious')
    await assert.rejects(generateKey(name), { code: 'release/key-exists' })
    assert.equal(await readFile(`${name}.${ending}`, 'utf8'), 'precious')
  }
  assert.deepEqual((await readdir(dir)).filter((name) => name.startsWith('kept')).sort(), [
    'kept-key.key',
    'kept-pub.pub',
  ])
})

test('loadPrivateKey() and loadPublicKey() refuse other keys and other files', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
  await writeFile(join(dir, 'rsa.key'), rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  await writeFile(join(dir, 'rsa.pub'), rsa.publicKey.export({ type: 'spki', format: 'pem' }))
  await writeFile(join(dir, 'text'), 'hello')
  await generateKey(join(dir, 'pair'))
  for (const name of ['rsa.key', 'text', 'pair.pub', 'missing'])
    await assert.rejects(loadPrivateKey(join(dir, name)), { code: 'release/bad-key' }, name)
  for (const name of ['rsa.pub', 'text', 'pair.key', 'missing'])
    await assert.rejects(loadPublicKey(join(dir, name)), { code: 'release/bad-key' }, name)
})

test('ensureDevelopmentKey() makes one key and keeps it', async () => {
  const before = process.env['AFLOAT_CACHE']
  process.env['AFLOAT_CACHE'] = join(dir, 'cache')
  try {
    const { publicKey, publicPath } = await ensureDevelopmentKey()
    assert.deepEqual((await ensureDevelopmentKey()).publicKey, publicKey)
    assert.deepEqual(await loadPublicKey(publicPath), publicKey)
  } finally {
    if (before === undefined) delete process.env['AFLOAT_CACHE']
    else process.env['AFLOAT_CACHE'] = before
  }
})
