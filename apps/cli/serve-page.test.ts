import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AfloatError } from '@afloat/report'
import { servePage } from './serve-page.ts'

test('servePage() serves the page and nothing else, to this computer', async () => {
  const server = await servePage('<p>ü', 0)
  try {
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+\/$/)
    const page = await fetch(`${server.url}?utm=1`)
    assert.deepEqual([page.status, await page.text()], [200, '<p>ü'])
    assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(page.headers.get('content-security-policy'), "frame-ancestors 'none'")
    const head = await fetch(server.url, { method: 'HEAD' })
    assert.deepEqual([head.status, head.headers.get('content-length')], [200, '5'])
    assert.equal((await fetch(`${server.url}../../etc/passwd`)).status, 404)
    assert.equal((await fetch(server.url, { method: 'POST', body: 'x' })).status, 405)
  } finally {
    await server.stop()
  }
})

test('servePage() says what to do when the port is taken', async () => {
  const server = await servePage('', 0)
  try {
    const taken = Number(new URL(server.url).port)
    await assert.rejects(servePage('', taken), (error: unknown) => {
      assert.ok(error instanceof AfloatError)
      assert.deepEqual(
        [error.code, error.message],
        ['config/port-in-use', `Cannot listen on port ${taken}: another program does`],
      )
      return true
    })
  } finally {
    await server.stop()
  }
})
