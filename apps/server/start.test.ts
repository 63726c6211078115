import assert from 'node:assert/strict'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { readAddress } from './address-file.ts'
import { fetchInstances, publishRelease } from './publish-release.ts'
import { startServer } from './start.ts'
import { writeSmallBundle } from './testing/small-bundle.ts'

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'afloat-start-'))
})
after(() => rm(dir, { recursive: true }))

test('startServer() makes a data directory that only its owner can read', async () => {
  const dataDir = join(dir, 'a/b')
  const server = await startServer({ dataDir, port: 0 })
  try {
    for (const [name, mode] of [
      ['.', 0o700],
      ['token', 0o600],
      ['fleet.sqlite', 0o600],
      ['packages', 0o700],
    ] as const)
      assert.equal((await stat(join(dataDir, name))).mode & 0o777, mode, name)
    assert.equal((await readFile(join(dataDir, 'token'), 'utf8')).trim(), server.token)
    assert.equal(await readAddress(dataDir), server.url)
  } finally {
    await server.stop()
  }
  assert.equal(await readAddress(dataDir), undefined)
})

test('startServer() keeps token, releases and machines from one start to the next', async () => {
  const dataDir = join(dir, 'twice')
  const first = await startServer({ dataDir, port: 0 })
  const file = await writeSmallBundle(dir, '1.0.0')
  await publishRelease(first, { file, channel: 'stable' })
  await first.stop()
  const second = await startServer({ dataDir, port: 0 })
  try {
    assert.equal(second.token, first.token)
    const again = await publishRelease(second, { file, channel: 'stable' })
    assert.equal(again.previousVersion, '1.0.0')
    assert.deepEqual(await fetchInstances(second), [])
  } finally {
    await second.stop()
  }
})

test('startServer() says that a port is taken', async () => {
  const other = createServer()
  const port = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port))
  })
  try {
    await assert.rejects(startServer({ dataDir: join(dir, 'taken'), port }), {
      code: 'server/address',
      message: `Cannot listen on 127.0.0.1 port ${port}: another program listens there`,
      hint: 'Stop that program, or give --port another one',
    })
  } finally {
    other.close()
  }
  // And what it had opened is free again.
  await (await startServer({ dataDir: join(dir, 'taken'), port: 0 })).stop()
})

test('startServer() refuses a data directory that another server uses', async () => {
  const dataDir = join(dir, 'shared')
  const server = await startServer({ dataDir, port: 0 })
  try {
    await assert.rejects(startServer({ dataDir, port: 0 }), { code: 'server/data-dir-in-use' })
  } finally {
    await server.stop()
  }
})

test('startServer() refuses a data directory that is none', async () => {
  const dataDir = join(dir, 'file')
  await writeFile(dataDir, '')
  await assert.rejects(startServer({ dataDir, port: 0 }), { code: 'server/data-dir' })
})

test('startServer() refuses a database that is none, and leaves it as it was', async () => {
  const dataDir = join(dir, 'damaged')
  await (await startServer({ dataDir, port: 0 })).stop()
  const path = join(dataDir, 'fleet.sqlite')
  await writeFile(path, 'not a database'.repeat(1000))
  await assert.rejects(startServer({ dataDir, port: 0 }), { code: 'server/damaged-data' })
  assert.equal(await readFile(path, 'utf8'), 'not a database'.repeat(1000))
})

test('startServer() refuses the database of a newer Afloat', async () => {
  const dataDir = join(dir, 'newer')
  await (await startServer({ dataDir, port: 0 })).stop()
  const database = new DatabaseSync(join(dataDir, 'fleet.sqlite'))
  database.exec("insert into kysely_migration values ('9999_later', '2030-01-01T00:00:00Z')")
  database.close()
  await assert.rejects(startServer({ dataDir, port: 0 }), { code: 'server/newer-data' })
})

test('startServer() refuses an empty token', async () => {
  const dataDir = join(dir, 'token')
  await (await startServer({ dataDir, port: 0 })).stop()
  await writeFile(join(dataDir, 'token'), '\n')
  await chmod(join(dataDir, 'token'), 0o600)
  await assert.rejects(startServer({ dataDir, port: 0 }), { code: 'server/no-token' })
})

test('publishRelease() passes on what the server answers', async () => {
  const server = await startServer({ dataDir: join(dir, 'refuse'), port: 0 })
  try {
    const file = await writeSmallBundle(dir, '2.0.0')
    const publish = (address: { url: string; token: string }, channel = 'stable') =>
      publishRelease(address, { file, channel })
    await assert.rejects(publish({ ...server, token: 'x' }), { code: 'server/not-authorised' })
    await assert.rejects(publish(server, 'nightly'), { code: 'server/unknown-channel' })
    await assert.rejects(publish({ ...server, url: 'http://127.0.0.1:1' }), { code: 'server/not-reachable' })
    const other = await writeSmallBundle(dir, '2.0.0', { seed: 'x' })
    await publish(server)
    await assert.rejects(publishRelease(server, { file: other, channel: 'stable' }), {
      code: 'server/version-taken',
    })
    await assert.rejects(publishRelease(server, { file: join(dir, 'none'), channel: 'stable' }), {
      code: 'server/no-file',
    })
  } finally {
    await server.stop()
  }
})
