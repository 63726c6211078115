import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { verifyBundle } from '@afloat/build/read-bundle'
import { afloatAppId, findOffer, formatRequest, parseResponse } from '@afloat/omaha'
import { smallBundleKey, writeSmallBundle } from '@afloat/server/testing/small-bundle'
import {
  type HostileBehaviour,
  type HostileServer,
  hostileBehaviours,
  startHostileServer,
} from './hostile-server.ts'

const key = smallBundleKey()
let dir: string
let bundle: string
let good: Buffer
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'afloat-hostile-'))
  bundle = await writeSmallBundle(dir, '1.1.0', { signer: key, bytes: 400_000 })
  good = await readFile(bundle)
})
after(() => rm(dir, { recursive: true }))

async function withServer<T>(
  behaviour: HostileBehaviour,
  use: (server: HostileServer) => Promise<T>,
): Promise<T> {
  const server = await startHostileServer({ behaviour, bundle })
  try {
    return await use(server)
  } finally {
    await server.stop()
  }
}

const request = formatRequest({
  protocol: '3.0',
  apps: [
    {
      appId: afloatAppId,
      version: '1.0.0',
      track: 'stable',
      updateCheck: {},
      events: [{ type: 13, result: 1 }],
    },
  ],
})

/** At most `limit` bytes of the answer; `whole` tells whether it ended by itself. */
async function fetchSome(
  url: string,
  init: RequestInit & { limit?: number; timeoutMs?: number } = {},
): Promise<{
  status: number
  body: Buffer
  end: 'whole' | 'more' | 'broken' | 'late'
  range: string | null
}> {
  const { limit = 2 ** 30, timeoutMs = 30_000, ...rest } = init
  const response = await fetch(url, { ...rest, signal: AbortSignal.timeout(timeoutMs) })
  const chunks: Buffer[] = []
  let length = 0
  let end: 'whole' | 'more' | 'broken' | 'late' = 'whole'
  try {
    for await (const chunk of response.body!) {
      chunks.push(Buffer.from(chunk))
      length += chunk.length
      if (length > limit) {
        end = 'more'
        break
      }
    }
  } catch (error) {
    end = (error as Error).name === 'TimeoutError' ? 'late' : 'broken'
  }
  return {
    status: response.status,
    body: Buffer.concat(chunks),
    end,
    range: response.headers.get('Content-Range'),
  }
}

const check = (server: HostileServer, init = {}) =>
  fetchSome(`${server.url}/v1/update/`, { method: 'POST', body: request, ...init })
const download = (server: HostileServer, init = {}) => fetchSome(`${server.url}/bundles/bundle.afloat`, init)

async function offerOf(server: HostileServer) {
  const offer = findOffer(parseResponse((await check(server)).body.toString()), afloatAppId)
  assert.ok(offer.kind === 'update')
  return offer
}

/** What a careful reader says of a bundle. */
async function verdict(bytes: Buffer): Promise<string> {
  const path = join(dir, 'served.afloat')
  await writeFile(path, bytes)
  return await verifyBundle(path, [key.publicKey]).then(
    () => 'good',
    (error: { code: string }) => error.code,
  )
}

test('the good one is good', () =>
  withServer('good', async (server) => {
    const offer = await offerOf(server)
    assert.deepEqual([offer.version, offer.sizeBytes], ['1.1.0', good.length])
    const { body } = await fetchSome(offer.urls[0])
    assert.ok(body.equals(good))
    const part = await download(server, { headers: { Range: 'bytes=100-199' } })
    assert.deepEqual([part.status, part.body], [206, good.subarray(100, 200)])
    assert.deepEqual(server.events, [{ type: 13, result: 1 }])
    assert.deepEqual(server.seen.at(-1), {
      method: 'GET',
      path: '/bundles/bundle.afloat',
      range: 'bytes=100-199',
    })
  }))

test('bundles are bad in the way that was asked for, and offered with the checksum of what is served', async () => {
  const expected = {
    'wrong-signature': 'release/bad-signature',
    'wrong-key': 'release/wrong-key',
    unsigned: 'release/unsigned',
    'wrong-payload': 'release/damaged-frame',
    'truncated-head': 'release/truncated',
    garbage: 'release/not-a-bundle',
    'replayed-version': 'good',
    downgrade: 'good',
  } as const
  for (const [behaviour, code] of Object.entries(expected))
    await withServer(behaviour as HostileBehaviour, async (server) => {
      const { sizeBytes } = await offerOf(server)
      const { body } = await download(server)
      assert.deepEqual([behaviour, await verdict(body), body.length], [behaviour, code, sizeBytes])
    })
})

test('offers lie as they should', async () => {
  await withServer('size-too-small', async (server) =>
    assert.equal((await offerOf(server)).sizeBytes, Math.floor(good.length / 2)),
  )
  await withServer('size-too-large', async (server) =>
    assert.equal((await offerOf(server)).sizeBytes, good.length * 10),
  )
  await withServer('wrong-digest', async (server) =>
    assert.equal((await offerOf(server)).sha256, 'ab'.repeat(32)),
  )
  await withServer('replayed-version', async (server) =>
    assert.equal((await offerOf(server)).version, '99.0.0'),
  )
})

test('answers to checks are bad in the way that was asked for', async () => {
  const expected = {
    'malformed-xml': 'omaha/malformed-xml',
    'huge-xml': 'omaha/too-large',
    'entity-bomb': 'omaha/doctype',
    'empty-answer': 'omaha/malformed-xml',
    'html-answer': 'omaha/doctype',
    'refused-check': 'omaha/refused',
    'file-url': 'omaha/incomplete-offer',
  } as const
  for (const [behaviour, code] of Object.entries(expected))
    await withServer(behaviour as HostileBehaviour, async (server) => {
      const { body, status } = await check(server)
      assert.equal(status, 200)
      assert.throws(() => findOffer(parseResponse(body.toString()), afloatAppId), { code }, behaviour)
      if (behaviour === 'huge-xml') assert.ok(body.length > 100e6)
    })
  await withServer('answer-500', async (server) => assert.equal((await check(server)).status, 500))
})

test('what has no end has none', async () => {
  await withServer('endless-xml', async (server) =>
    assert.equal((await check(server, { limit: 5e6 })).end, 'more'),
  )
  for (const behaviour of ['endless-body', 'endless-manifest'] as const)
    await withServer(behaviour, async (server) => {
      const { end, body } = await download(server, { limit: 5e6 })
      assert.deepEqual([end, body.subarray(-10)], ['more', Buffer.alloc(10)])
    })
})

test('what is slow is slow', async () => {
  const short = { timeoutMs: 2500 }
  for (const [behaviour, ask] of [
    ['slow', download],
    ['slow-xml', check],
  ] as const)
    await withServer(behaviour, async (server) => {
      const { end, body } = await ask(server, short)
      assert.equal(end, 'late')
      assert.ok(body.length >= 2 && body.length <= 4, `${body.length} bytes`)
    })
  await withServer('stall', async (server) => {
    const { end, body } = await download(server, short)
    assert.deepEqual([end, body.length], ['late', Math.floor(good.length / 2)])
  })
})

test('connections break where they should', async () => {
  const at99 = Math.floor(good.length * 0.99)
  await withServer('close-at-99', async (server) => {
    for (let i = 0; i < 2; i++) {
      const { end, body } = await download(server)
      assert.deepEqual([end, body.length], ['broken', at99])
    }
    const rest = await download(server, { headers: { Range: `bytes=${at99 - 10}-` } })
    assert.deepEqual([rest.end, rest.body.length], ['broken', 10])
  })
  await withServer('close-once', async (server) => {
    const { end, body } = await download(server)
    assert.deepEqual([end, body.length], ['broken', Math.floor(good.length / 2)])
    const rest = await download(server, { headers: { Range: `bytes=${body.length}-` } })
    assert.ok(Buffer.concat([body, rest.body]).equals(good))
  })
})

test('ranges are wrong in the way that was asked for', async () => {
  const Range = 'bytes=10000-19999'
  const second = (behaviour: HostileBehaviour) =>
    withServer(behaviour, async (server) => {
      await download(server)
      return await download(server, { headers: { Range } })
    })
  const ignored = await second('range-ignored')
  assert.deepEqual([ignored.status, ignored.body.length], [200, good.length])
  const numbers = await second('wrong-content-range')
  assert.equal(numbers.range, `bytes 5904-15903/${good.length}`)
  const bytes = await second('wrong-range-bytes')
  assert.equal(bytes.range, `bytes 10000-19999/${good.length}`)
  assert.ok(bytes.body.equals(good.subarray(5904, 15904)))
})

test('redirects and errors are sent', async () => {
  const manual = { redirect: 'manual' } as const
  for (const [behaviour, status] of [
    ['redirect-loop', 307],
    ['redirect-file', 307],
    ['http-500', 500],
    ['http-404', 404],
  ] as const)
    await withServer(behaviour, async (server) =>
      assert.equal((await download(server, manual)).status, status),
    )
})

test('every behaviour starts, stops with connections open, and is described', async () => {
  for (const [behaviour, description] of Object.entries(hostileBehaviours)) {
    assert.match(description, /^[a-z].*[^.]$/)
    await withServer(behaviour as HostileBehaviour, async (server) => {
      const open = fetch(`${server.url}/bundles/bundle.afloat`, { redirect: 'manual' })
      await open.catch(() => {})
    })
  }
})
