import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { repoDir } from '@afloat/build/paths'
import { afloatAppId, findOffer, formatRequest, type OmahaResponse, parseResponse } from '@afloat/omaha'
import { readAddress } from '@afloat/server/address-file'
import { fetchInstances } from '@afloat/server/publish-release'
import { smallBundleKey, writeSmallBundle } from '@afloat/server/testing/small-bundle'

const main = join(repoDir, 'apps/cli/main.ts')
let dir: string
let dataDir: string
const children: ChildProcess[] = []

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'afloat-cli-server-'))
  dataDir = join(dir, 'data')
})
after(async () => {
  for (const child of children) child.kill('SIGKILL')
  await rm(dir, { recursive: true })
})

/** The real command, and where it listens. */
async function serve(): Promise<{ child: ChildProcess; url: string; token: string }> {
  await rm(join(dataDir, 'address'), { force: true })
  const args = [main, 'server', '--data-dir', dataDir, '--port', '0']
  const child = spawn(process.execPath, args, { stdio: 'ignore' })
  children.push(child)
  for (let i = 0; i < 600; i++) {
    const url = await readAddress(dataDir)
    if (url) return { child, url, token: (await readFile(join(dataDir, 'token'), 'utf8')).trim() }
    assert.equal(child.exitCode, null)
    await sleep(50)
  }
  throw new Error('The server did not start')
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  child.kill(signal)
  const [code] = (await once(child, 'exit')) as [number | null]
  return code
}

type Outcome = { code: number | null; stdout: string; stderr: string }

async function afloat(...args: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text
    })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...texts }
}

async function check(url: string, machineId: string, version = '1.0.0'): Promise<OmahaResponse> {
  const response = await fetch(`${url}/v1/update/`, {
    method: 'POST',
    body: formatRequest({
      protocol: '3.0',
      apps: [
        { appId: afloatAppId, version, track: 'stable', machineId, ping: {}, updateCheck: {}, events: [] },
      ],
    }),
  })
  return parseResponse(await response.text())
}

test('a release is published, offered, fetched in ranges by several machines, and outlives kill -9', async () => {
  const key = smallBundleKey()
  const file = await writeSmallBundle(dir, '1.1.0', { signer: key, bytes: 2_000_000 })
  const publicKey = join(dir, 'key.pub')
  await writeFile(publicKey, key.publicKey.text)
  const publish = ['release', 'publish', '--data-dir', dataDir, '--channel', 'stable', file]

  const first = await serve()
  const foreign = await afloat(...publish)
  assert.deepEqual([foreign.code, foreign.stdout], [7, ''])
  assert.match(foreign.stderr, /release\/wrong-key/)
  const published = await afloat(...publish, '--key', publicKey)
  assert.deepEqual(
    [published.code, published.stdout],
    [0, 'Channel "stable" has 1.1.0 (before: nothing)\n'],
    published.stderr,
  )

  const offer = findOffer(await check(first.url, 'probe'), afloatAppId)
  assert.ok(offer.kind === 'update')
  const bytes = await readFile(file)
  assert.deepEqual([offer.version, offer.sizeBytes], ['1.1.0', bytes.length])
  const step = 700_001
  const fetchAll = async (): Promise<string> => {
    const hash = createHash('sha256')
    for (let at = 0; at < bytes.length; at += step) {
      const response = await fetch(offer.urls[0], { headers: { Range: `bytes=${at}-${at + step - 1}` } })
      assert.equal(response.status, 206)
      hash.update(Buffer.from(await response.arrayBuffer()))
    }
    return hash.digest('hex')
  }
  const digests = await Promise.all(Array.from({ length: 8 }, fetchAll))
  assert.deepEqual([...new Set(digests)], [offer.sha256])

  let answered: string[] = []
  const load = Array.from({ length: 8 }, async (_, worker) => {
    for (let i = 0; ; i++) {
      const machineId = `machine-${worker}-${i}`
      await check(first.url, machineId)
      answered = [...answered, machineId]
    }
  })
  const broken = Promise.allSettled(load)
  await sleep(500)
  for (let looks = 0; answered.length <= 20 && looks < 500; looks++) await sleep(20)
  await end(first.child, 'SIGKILL')
  await broken
  assert.ok(answered.length > 20, `${answered.length} answers`)

  const second = await serve()
  const known = new Set((await fetchInstances(second)).map(({ machineId }) => machineId))
  assert.deepEqual(
    answered.filter((machineId) => !known.has(machineId)),
    [],
  )
  const json = await afloat(...publish, '--key', publicKey, '--json')
  assert.deepEqual((JSON.parse(json.stdout) as { previousVersion: string }).previousVersion, '1.1.0')
  assert.equal(await end(second.child, 'SIGINT'), 0)
})

test('an upload that breaks off leaves the channel as it was', async () => {
  const server = await serve()
  const { hostname, port } = new URL(server.url)
  const upload = request({
    hostname,
    port,
    method: 'PUT',
    path: '/v1/channels/beta/release',
    headers: { Authorization: `Bearer ${server.token}`, 'Content-Length': 1_000_000 },
  })
  upload.on('error', () => {})
  upload.write(Buffer.alloc(100_000))
  await sleep(300)
  upload.destroy()
  const response = await fetch(`${server.url}/v1/channels/beta`, {
    headers: { Authorization: `Bearer ${server.token}` },
  })
  assert.deepEqual(await response.json(), { name: 'beta', architecture: 'amd64', version: null })
  assert.equal(await end(server.child, 'SIGTERM'), 0)
})

test('"afloat release publish" says what to do when no server runs', async () => {
  const none = await afloat('release', 'publish', '--data-dir', join(dir, 'none'), '-c', 'stable', 'x.afloat')
  assert.equal(none.code, 1)
  assert.match(none.stderr, /server\/no-token/)
})
