import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseSignedArguments } from '@afloat/boot2container'
import { areArgumentsSigned } from '@afloat/build/sign-arguments'
import type { LogEvent } from './log.ts'
import { setting } from './script/format-cmdline.ts'
import { type NetbootOptions, startNetboot } from './start.ts'
import { SmallSite } from './testing/small-site.ts'

async function start(site: SmallSite, more: Partial<NetbootOptions> = {}) {
  const { imagesDir, machinesPath, log } = site
  const server = await startNetboot({
    imagesDir,
    machinesPath,
    log,
    address: '127.0.0.1',
    httpPort: 0,
    ...more,
  })
  const url = server.scriptUrls.at(-1)!.replace('/boot.ipxe', '')
  return { ...server, url, [Symbol.asyncDispose]: server.stop }
}

async function text(url: string): Promise<string> {
  return await (await fetch(url)).text()
}

const named = (events: readonly LogEvent[], name: string) => events.filter(({ event }) => event === name)

test('a machine is asked who it is, and gets the script that is its own', async () => {
  await using site = await SmallSite.make()
  await using server = await start(site)
  const ask = await text(`${server.url}/boot.ipxe`)
  assert.match(ask, /^#!ipxe\n:ask\nchain --autofree boot\.ipxe\?mac=\$\{netX\/mac:hexhyp\}&uuid=/)
  assert.equal(
    await text(`${server.url}/boot.ipxe?mac=52-54-00-12-34-56&uuid=`),
    [
      '#!ipxe',
      'echo Afloat boots board-1, profile ci',
      'echo 52:54:00:12:34:56',
      'imgfree',
      'set afloat-blank:hex 20',
      'kernel files/linux b2c.run=r.example/a',
      'initrd files/initramfs.cpio.zst',
      'initrd files/pack-s3.cpio.zst',
      'boot',
      '',
    ].join('\n'),
  )
  assert.deepEqual(named(site.events, 'boot'), [
    {
      event: 'boot',
      address: '127.0.0.1',
      who: '52:54:00:12:34:56',
      machine: 'board-1',
      profile: 'ci',
      files: ['linux', 'initramfs.cpio.zst', 'pack-s3.cpio.zst'],
      cmdlineBytes: 19,
      extraBytes: 0,
    },
  ])
})

test('a machine that is not listed is told so, and nothing that it says comes back', async () => {
  await using site = await SmallSite.make()
  await using server = await start(site)
  const hostile = encodeURIComponent('x\nshell\n#\u001b[2J')
  const script = await text(`${server.url}/boot.ipxe?mac=${hostile}&uuid=${hostile}`)
  assert.match(script, /^#!ipxe\necho Afloat does not know a machine without MAC address and UUID\n/)
  assert.doesNotMatch(script, /shell|\u001b/)
  assert.deepEqual(named(site.events, 'unknown'), [
    { event: 'unknown', address: '127.0.0.1', who: 'a machine without MAC address and UUID' },
  ])
})

test('what does not fit a command line is served signed, by the key that the command line names', async () => {
  await using site = await SmallSite.make()
  const run = `b2c.run="alpine echo ${'x'.repeat(3000)}"`
  await site.write('machines.yaml', `profiles: [{name: a, cmdline: '${run}'}]\ndefault: a\n`)
  await using server = await start(site)
  const script = await text(`${server.url}/boot.ipxe?mac=`)
  const [, args, key] = /^kernel files\/linux +b2c\.extra_args_url=(\S+) b2c\.extra_args_key=(\S+)$/m.exec(
    script,
  )!
  const extra = await text(args!)
  assert.equal(parseSignedArguments(extra).text, `${run}\n`)
  assert.ok(areArgumentsSigned(extra, [key!]))
})

test('files are served in parts, and only those of the manifest', async () => {
  await using site = await SmallSite.make()
  await using server = await start(site)
  const whole = await fetch(`${server.url}/files/linux`)
  assert.equal(await whole.text(), 'kernel'.repeat(1000))
  const part = await fetch(`${server.url}/files/linux`, { headers: { Range: 'bytes=6-11' } })
  assert.deepEqual([part.status, await part.text()], [206, 'kernel'])
  const head = await fetch(`${server.url}/files/linux`, { method: 'HEAD' })
  assert.equal(head.headers.get('content-length'), '6000')
  const etag = whole.headers.get('etag')!
  assert.equal((await fetch(`${server.url}/files/linux`, { headers: { 'If-None-Match': etag } })).status, 304)
  for (let looks = 0; looks < 100 && named(site.events, 'sent').length < 2; looks++) await sleep(20)
  assert.deepEqual(
    named(site.events, 'sent').map((event) => event.event === 'sent' && [event.file, event.bytes]),
    [
      ['linux', 6000],
      ['linux', 6],
    ],
  )
  for (const path of [
    'files/secret',
    'files/manifest.json',
    'files/..%2f..%2fetc%2fpasswd',
    'files/%00',
    'args/x',
    'ipxe/x',
  ])
    assert.equal((await fetch(`${server.url}/${path}`)).status, 404, path)
})

test('a name of the server that iPXE would read something into is refused', async () => {
  await using site = await SmallSite.make()
  await using server = await start(site)
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.write(`GET /boot.ipxe?mac= HTTP/1.1\r\nHost: ${setting('shell')}\r\nConnection: close\r\n\r\n`)
  const [answer] = await once(socket, 'data')
  assert.match(String(answer), /^HTTP\/1\.1 400 /)
})

test('a client with endless headers is cut off, and one that goes away leaves the server as it was', async () => {
  await using site = await SmallSite.make()
  await using server = await start(site)
  const port = Number(new URL(server.url).port)
  const endless = connect(port, '127.0.0.1')
  endless.write(`GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}`)
  const [answer] = await once(endless, 'data')
  assert.match(String(answer), /^HTTP\/1\.1 431 /)
  endless.destroy()
  await site.write('images/linux', 'x'.repeat(20_000_000))
  const leaver = connect(port, '127.0.0.1')
  leaver.write('GET /files/linux HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(leaver, 'data')
  leaver.destroy()
  for (let i = 0; i < 100 && named(site.events, 'broken').length === 0; i++) await sleep(20)
  assert.equal(named(site.events, 'broken').length, 1)
  assert.equal(await text(`${server.url}/healthz`), 'ok\n')
})

test('HTTPS serves the same, to those who trust the authority', async () => {
  await using site = await SmallSite.make()
  await using server = await start(site, { tls: { dir: join(site.dir, 'tls'), port: 0 } })
  const [https] = server.scriptUrls
  assert.match(https!, /^https:/)
  const ca = await readFile(server.tls!.authorityPath)
  const script = await new Promise<string>((resolve, reject) => {
    const asked = request(https!, { agent: new Agent({ ca, keepAlive: false }) }, async (response) => {
      resolve(Buffer.concat(await response.toArray()).toString())
    })
    asked.on('error', reject).end()
  })
  assert.match(script, /^#!ipxe\n:ask\n/)
})

test('TFTP hands out iPXE and its script, and survives what else comes', async () => {
  await using site = await SmallSite.make()
  await using server = await start(site, { tftp: { ipxeDir: site.ipxeDir, port: 0 } })
  const { tftpPort: port = 0 } = server
  const socket = createSocket('udp4')
  try {
    for (const noise of ['', 'x', '\0\x01', '\0\x04\0\0', `\0\x01${'a'.repeat(600)}`])
      socket.send(noise, port, '127.0.0.1')
    const ask = async (request: string): Promise<{ packet: Buffer; from: number }> => {
      socket.send(Buffer.from(request, 'latin1'), port, '127.0.0.1')
      const [packet, remote] = await once(socket, 'message')
      return { packet, from: remote.port }
    }
    const settled = async (request: string) => {
      const answer = await ask(request)
      await sleep(30) // its port is given back
      return answer.packet.toString('latin1')
    }
    assert.match(await settled('\0\x01../../etc/passwd\0octet\0'), /^\0\x05\0\x01There is no such file/)
    assert.match(await settled('\0\x01x\x1b[2J\n\0octet\0'), /^\0\x05\0\x01/)
    assert.match(await settled('\0\x02undionly.kpxe\0octet\0'), /^\0\x05\0\x02Nothing can be written/)
    assert.match(await settled('\0\x01undionly.kpxe\0netascii\0'), /^\0\x05\0\x04Only octet/)

    const first = await ask('\0\x01/undionly.kpxe\0octet\0blksize\x001000\0tsize\x000\0')
    assert.equal(first.packet.toString('latin1'), '\0\x06blksize\x001000\0tsize\x001200\0')
    // not from the port of the transfer: nobody listens to it
    const stranger = createSocket('udp4')
    stranger.send(Buffer.from('\0\x05\0\0stop\0', 'latin1'), first.from, '127.0.0.1')
    let contents = ''
    for (const block of [1, 2]) {
      socket.send(Uint8Array.of(0, 4, 0, block - 1), first.from, '127.0.0.1')
      const [packet] = await once(socket, 'message')
      assert.deepEqual([...packet.subarray(0, 4)], [0, 3, 0, block])
      contents += packet.subarray(4).toString()
    }
    socket.send(Uint8Array.of(0, 4, 0, 2), first.from, '127.0.0.1')
    stranger.close()
    assert.equal(contents, 'ipxe'.repeat(300))
    for (let i = 0; i < 100 && named(site.events, 'sent').length === 0; i++) await sleep(10)
    assert.equal(named(site.events, 'sent').length, 1)

    const { packet } = await ask('\0\x01autoexec.ipxe\0octet\0')
    assert.match(packet.toString(), /chain --autofree http:\/\/\$\{next-server\}:\d+\/boot\.ipxe\?mac=/)
  } finally {
    socket.close()
  }
})

test('a client that has asked for a long wait does not keep the server from stopping', async () => {
  await using site = await SmallSite.make()
  const server = await start(site, { tftp: { ipxeDir: site.ipxeDir, port: 0 } })
  const socket = createSocket('udp4')
  socket.send(
    Buffer.from('\0\x01undionly.kpxe\0octet\0timeout\x00255\0', 'latin1'),
    server.tftpPort!,
    '127.0.0.1',
  )
  await once(socket, 'message')
  const startedAt = performance.now()
  await server.stop()
  assert.ok(performance.now() - startedAt < 10_000)
  socket.close()
})

test('startNetboot() says what is in its way', async () => {
  await using site = await SmallSite.make()
  await using server = await start(site)
  const taken = { httpPort: Number(new URL(server.url).port) }
  await assert.rejects(start(site, taken), {
    code: 'netboot/address',
    message: /another program listens there/,
  })
  await assert.rejects(start(site, { address: '192.0.2.1' }), {
    code: 'netboot/address',
    message: /does not have that address/,
  })
  const tftp = { ipxeDir: site.imagesDir, port: 0 }
  await assert.rejects(start(site, { tftp }), { code: 'netboot/no-ipxe' })
})
