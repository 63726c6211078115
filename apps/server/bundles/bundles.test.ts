import assert from 'node:assert/strict'
import { open, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { writeSmallBundle } from '../testing/small-bundle.ts'
import { TestServer } from '../testing/test-server.ts'

type Problem = { code: string; title: string }
type Published = { version: string; sha256: string; sizeBytes: number; previousVersion: string | null }

async function put(server: TestServer, body: Uint8Array<ArrayBuffer>, channel = 'stable'): Promise<Response> {
  return await server.api(`/v1/channels/${channel}/release`, { method: 'PUT', body })
}

async function publish(server: TestServer, path: string, channel = 'stable'): Promise<Published> {
  const response = await put(server, await readFile(path), channel)
  assert.equal(response.status, 200)
  return (await response.json()) as Published
}

async function refused(response: Response): Promise<[number, string]> {
  assert.equal(response.headers.get('Content-Type'), 'application/problem+json')
  return [response.status, ((await response.json()) as Problem).code]
}

test('publishing stores the bundle by its checksum and says what the channel had', async () => {
  await using server = await TestServer.start()
  const [first, second] = [
    await writeSmallBundle(server.dir, '1.0.0'),
    await writeSmallBundle(server.dir, '1.1.0'),
  ]
  assert.equal((await publish(server, first)).previousVersion, null)
  const { sha256, previousVersion, version } = await publish(server, second)
  assert.deepEqual([version, previousVersion], ['1.1.0', '1.0.0'])
  const stored = await readFile(join(server.dir, 'packages', `${sha256}.afloat`))
  assert.deepEqual(stored, await readFile(second))
  assert.deepEqual(await readdir(join(server.dir, 'incoming')), [])
})

test('publishing the same bytes again changes nothing, also to another channel', async () => {
  await using server = await TestServer.start()
  const path = await writeSmallBundle(server.dir, '1.0.0')
  await publish(server, path)
  assert.equal((await publish(server, path)).previousVersion, '1.0.0')
  await publish(server, path, 'beta')
  assert.equal((await server.db.selectFrom('packages').selectAll().execute()).length, 1)
})

test('publishing other bytes under the same version is refused', async () => {
  await using server = await TestServer.start()
  await publish(server, await writeSmallBundle(server.dir, '1.0.0'))
  const other = await readFile(await writeSmallBundle(server.dir, '1.0.0', { seed: 'other' }))
  assert.deepEqual(await refused(await put(server, other)), [409, 'server/version-taken'])
  assert.equal((await server.db.selectFrom('packages').selectAll().execute()).length, 1)
  assert.equal((await readdir(join(server.dir, 'packages'))).length, 1)
})

test('publishing to an unknown channel is refused, and names the known ones', async () => {
  await using server = await TestServer.start()
  const response = await put(server, Buffer.from('x'), 'stabel')
  const { title, code } = (await response.json()) as Problem
  assert.deepEqual([response.status, code], [404, 'server/unknown-channel'])
  assert.equal(title, 'Unknown channel "stabel": expected one of "alpha", "beta", "stable"')
})

test('nothing is published or told without the token', async () => {
  await using server = await TestServer.start()
  for (const authorization of ['', 'Bearer ', `Bearer ${server.token}x`, server.token])
    for (const [method, path] of [
      ['PUT', '/v1/channels/stable/release'],
      ['GET', '/v1/channels/stable'],
      ['GET', '/v1/instances'],
    ] as const) {
      const response = await server.app.request(path, { method, headers: { Authorization: authorization } })
      assert.deepEqual(await refused(response), [401, 'server/not-authorised'])
    }
})

test('a damaged bundle is refused wherever it is damaged, and leaves nothing behind', async () => {
  await using server = await TestServer.start()
  const good = await readFile(await writeSmallBundle(server.dir, '1.0.0', { bytes: 3000 }))
  const damage = fc.record({ at: fc.nat(good.length - 1), bit: fc.nat(7), keep: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(damage, async ({ at, bit, keep }) => {
      const bad = Buffer.from(keep ? good : good.subarray(0, at))
      if (keep) bad[at]! ^= 1 << bit
      const response = await put(server, bad)
      const packages = await server.db.selectFrom('packages').selectAll().execute()
      // A flipped bit in what the signature covers but nothing else does, such as the notes, is for machines to find.
      if (response.status === 200) return assert.ok(keep && at < 64 + 4096)
      const [status, code] = await refused(response)
      assert.ok(packages.length <= 1)
      // After one such flip was taken, another one is a second bundle of the same version.
      if (status === 409) return assert.deepEqual([code, keep], ['server/version-taken', true])
      assert.equal(status, 422)
      assert.match(code, /^release\//)
    }),
    { numRuns: 60 },
  )
  assert.deepEqual(await readdir(join(server.dir, 'incoming')), [])
})

test('a bundle with something after its end is refused', async () => {
  await using server = await TestServer.start()
  const good = await readFile(await writeSmallBundle(server.dir, '1.0.0', { bytes: 3000 }))
  const longer = Buffer.concat([good, Buffer.from('x')])
  assert.deepEqual(await refused(await put(server, longer)), [422, 'release/trailing-bytes'])
})

test('a bundle is served whole, in ranges, and under conditions', async () => {
  await using server = await TestServer.start()
  const path = await writeSmallBundle(server.dir, '1.0.0')
  const { sha256, sizeBytes } = await publish(server, path)
  const bytes = await readFile(path)
  const url = `/v1/packages/${sha256}/afloat-1.0.0-x86_64.afloat`
  const get = async (headers: Record<string, string>, method = 'GET') => {
    const response = await server.app.request(url, { method, headers })
    return {
      status: response.status,
      range: response.headers.get('Content-Range'),
      length: response.headers.get('Content-Length'),
      body: Buffer.from(await response.arrayBuffer()),
    }
  }
  const etag = `"${sha256}"`
  const whole = { status: 200, range: null, length: String(sizeBytes), body: bytes }
  const part = {
    status: 206,
    range: `bytes 1000-1999/${sizeBytes}`,
    length: '1000',
    body: bytes.subarray(1000, 2000),
  }
  const range = 'bytes=1000-1999'
  assert.deepEqual(await get({}), whole)
  assert.deepEqual(await get({ Range: range }), part)
  assert.deepEqual(await get({ Range: range, 'If-Range': etag }), part)
  assert.deepEqual(await get({ Range: range, 'If-Range': '"other"' }), whole)
  assert.deepEqual(await get({ Range: 'bytes=0-1,5-6' }), whole)
  assert.deepEqual(await get({ Range: `bytes=${sizeBytes}-` }), {
    status: 416,
    range: `bytes */${sizeBytes}`,
    length: null,
    body: Buffer.alloc(0),
  })
  assert.deepEqual(await get({}, 'HEAD'), { ...whole, body: Buffer.alloc(0) })
  assert.equal((await get({ 'If-None-Match': etag })).status, 304)
  const { headers } = await server.app.request(url, { method: 'HEAD' })
  assert.deepEqual([headers.get('ETag'), headers.get('Accept-Ranges')], [etag, 'bytes'])
})

test('any two ranges that meet make the bundle again', async () => {
  await using server = await TestServer.start()
  const path = await writeSmallBundle(server.dir, '1.0.0', { bytes: 20_000 })
  const { sha256 } = await publish(server, path)
  const bytes = await readFile(path)
  const url = `/v1/packages/${sha256}/afloat-1.0.0-x86_64.afloat`
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: bytes.length - 1 }), async (cut) => {
      const parts = await Promise.all(
        [`bytes=0-${cut - 1}`, `bytes=${cut}-`].map(async (Range) =>
          Buffer.from(await (await server.app.request(url, { headers: { Range } })).arrayBuffer()),
        ),
      )
      assert.ok(Buffer.concat(parts).equals(bytes))
    }),
    { numRuns: 50 },
  )
})

test('no path leads out of the store', async () => {
  await using server = await TestServer.start()
  await writeFile(join(server.dir, 'packages', `${'0'.repeat(64)}.afloat`), 'not published')
  for (const path of [
    `${'0'.repeat(64)}/afloat-1.0.0-x86_64.afloat`,
    '../token',
    '..%2Ftoken/x',
    `${'0'.repeat(64)}/..%2F..%2Ftoken`,
    '',
  ])
    assert.equal((await server.app.request(`/v1/packages/${path}`)).status, 404, path)
})

test('a client that goes away leaves no open file behind', async () => {
  await using server = await TestServer.start()
  const path = await writeSmallBundle(server.dir, '1.0.0', { bytes: 2_000_000 })
  const { sha256 } = await publish(server, path)
  for (let i = 0; i < 20; i++) {
    const response = await server.app.request(`/v1/packages/${sha256}/afloat-1.0.0-x86_64.afloat`)
    const reader = response.body!.getReader()
    await reader.read()
    await reader.cancel()
  }
  await using probe = await open('/dev/null')
  assert.ok(probe.fd < 40, `file descriptor ${probe.fd}`)
})
