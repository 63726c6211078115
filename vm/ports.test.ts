import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { checkPortsFree, freePort, parsePortForward } from './ports.ts'

test('parsePortForward() reads HOST:GUEST and PORT', () => {
  assert.deepEqual(parsePortForward('8080:80'), { host: 8080, guest: 80 })
  assert.deepEqual(parsePortForward('8080'), { host: 8080, guest: 8080 })
})

test('parsePortForward() refuses everything else', () => {
  for (const text of ['', ':', '80:', ':80', '0:80', '80:65536', '1:2:3', 'a:b', '-1:80', '80/udp', '1e2:80'])
    assert.throws(() => parsePortForward(text), { code: 'vm/bad-port' }, text)
})

test('checkPortsFree() names the port that is in use', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  await assert.rejects(checkPortsFree([{ host: port, guest: 80 }]), {
    code: 'vm/port-taken',
    message: `Cannot forward port ${port}: it is in use`,
  })
  server.close()
})

test('checkPortsFree() refuses a port that is given twice', async () => {
  const host = await freePort()
  await checkPortsFree([{ host, guest: 80 }])
  const twice = [
    { host, guest: 80 },
    { host, guest: 81 },
  ]
  await assert.rejects(checkPortsFree(twice), { message: `Cannot forward port ${host}: it is given twice` })
})
