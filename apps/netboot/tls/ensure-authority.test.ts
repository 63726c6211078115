import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { connect, createServer } from 'node:tls'
import { ensureTls } from './ensure-authority.ts'

const dir = await mkdtemp(join(tmpdir(), 'netboot-tls-'))
after(() => rm(dir, { recursive: true }))

const now = new Date('2026-11-26T12:00:00Z')
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000)
const names = ['boot.example', '10.0.2.2', '2001:db8::7', '127.0.0.1']

test('ensureTls() makes an authority, and a server that it vouches for by all its names', async () => {
  const { cert, authorityPath, fingerprint } = await ensureTls(dir, names, now)
  const [authority, server] = [new X509Certificate(await readFile(authorityPath)), new X509Certificate(cert)]
  assert.ok(cert.endsWith(authority.toString()), 'the chain is complete')
  assert.deepEqual([authority.ca, server.ca], [true, false])
  assert.ok(
    server.verify(authority.publicKey) && server.checkIssued(authority) && authority.checkIssued(authority),
  )
  assert.equal(
    server.subjectAltName,
    'DNS:boot.example, IP Address:10.0.2.2, IP Address:2001:DB8:0:0:0:0:0:7, IP Address:127.0.0.1',
  )
  assert.equal(server.checkHost('other.example'), undefined)
  assert.deepEqual(server.keyUsage, ['1.3.6.1.5.5.7.3.1'])
  assert.equal(fingerprint, authority.fingerprint256)
  assert.ok(authority.raw.equals(await readFile(join(dir, 'ca.der'))))
  for (const name of ['ca.key', 'server.key']) assert.equal((await stat(join(dir, name))).mode & 0o777, 0o600)
})

test('ensureTls() keeps the authority, and makes the server certificate again only when it must', async () => {
  const first = await ensureTls(dir, names, now)
  assert.equal((await ensureTls(dir, names.slice(1), inDays(200))).cert, first.cert)
  const more = await ensureTls(dir, [...names, '10.9.9.9'], now)
  const later = await ensureTls(dir, names, inDays(330))
  assert.equal(new Set([first.cert, more.cert, later.cert]).size, 3)
  assert.deepEqual([more.fingerprint, later.fingerprint], [first.fingerprint, first.fingerprint])
})

test('a client that trusts the authority connects, and one that does not refuses', async () => {
  const { key, cert, authorityPath } = await ensureTls(dir, names)
  const server = createServer({ key, cert }, (socket) => socket.end()).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  const attempt = (ca?: Buffer) =>
    new Promise<string>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', ...(ca === undefined ? {} : { ca }) })
      socket.on('secureConnect', () => resolve(socket.authorized ? 'trusted' : 'not trusted'))
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
      socket.resume()
    })
  assert.equal(await attempt(await readFile(authorityPath)), 'trusted')
  assert.equal(await attempt(), 'SELF_SIGNED_CERT_IN_CHAIN')
  await new Promise((resolve) => server.close(resolve))
})

test('ensureTls() does not make a new authority in the place of half of one', async () => {
  const broken = await mkdtemp(join(tmpdir(), 'netboot-tls-'))
  try {
    await writeFile(join(broken, 'ca.pem'), await readFile(join(dir, 'ca.pem')))
    await assert.rejects(ensureTls(broken, names), {
      code: 'netboot/tls',
      message: /ca\.key and ca\.pem is missing/,
    })
    await writeFile(join(broken, 'ca.key'), await readFile(join(dir, 'server.key')))
    await assert.rejects(ensureTls(broken, names), { code: 'netboot/tls', message: /not the key of ca\.pem/ })
  } finally {
    await rm(broken, { recursive: true })
  }
})
