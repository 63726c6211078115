import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startLoad } from './load.ts'

async function withServer(answer: RequestListener, use: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('startLoad() sends at a constant rate, each request on a connection of its own', async () => {
  const connections = new Set<number | undefined>()
  await withServer(
    (request, response) => {
      connections.add(request.socket.remotePort)
      response.end('ok')
    },
    async (url) => {
      const load = startLoad({ url, ratePerSecond: 100 })
      await sleep(500)
      const { total, failed, durationMs } = await load.stop()
      assert.equal(failed, 0)
      assert.equal(connections.size, total)
      assert.ok(Math.abs(total - durationMs / 10) <= 2, `${total} requests in ${durationMs} ms`)
    },
  )
})

test('startLoad() goes on while a server stands still, and counts the wait of all', async () => {
  let standsStill = true
  const waiting: (() => void)[] = []
  await withServer(
    (_, response) => {
      if (standsStill) waiting.push(() => response.end('late'))
      else response.end('ok')
    },
    async (url) => {
      const load = startLoad({ url, ratePerSecond: 50 })
      await sleep(400)
      for (let looks = 0; waiting.length < 15 && looks < 500; looks++) await sleep(20)
      standsStill = false
      const held = waiting.length
      for (const go of waiting) go()
      const { failed, maxGapMs, p50Ms, maxMs } = await load.stop()
      assert.equal(failed, 0)
      assert.ok(held >= 15, `only ${held} requests while it stood still`)
      assert.ok(maxGapMs >= 380 && maxMs >= 380, `gap ${maxGapMs}, max ${maxMs}`)
      assert.ok(p50Ms < maxMs - 100, 'those that came later waited less')
    },
  )
})

test('startLoad() counts resets, errors of the server and endless answers as failed', async () => {
  let count = 0
  await withServer(
    (request, response) => {
      switch (count++ % 4) {
        case 0:
          return void request.socket.destroy()
        case 1:
          return void response.writeHead(503).end()
        case 2:
          return void response.writeHead(200, { 'content-length': '10' }).write('half')
        default:
          response.end('ok')
      }
    },
    async (url) => {
      const load = startLoad({ url, ratePerSecond: 100, timeoutMs: 2000 })
      await sleep(390)
      const { total, failed, reasons } = await load.stop()
      const good = Math.floor(total / 4)
      assert.equal(total - failed, good)
      assert.deepEqual(Object.keys(reasons).sort(), ['ECONNRESET', 'status 503', 'timeout'])
    },
  )
})

test('startLoad() takes time without any answer for a gap', async () => {
  await withServer(
    (request) => request.socket.destroy(),
    async (url) => {
      const load = startLoad({ url, ratePerSecond: 50 })
      await sleep(200)
      const { total, failed, maxGapMs, durationMs } = await load.stop()
      assert.equal(failed, total)
      assert.equal(maxGapMs, durationMs)
    },
  )
})
