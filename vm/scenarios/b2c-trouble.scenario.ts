import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { mkdir, open, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { formatSignedArguments } from '@afloat/boot2container'
import { ensurePack } from '@afloat/build/boot2container/packs'
import { testImageName } from '@afloat/build/boot2container/test-image'
import { writeOciImage } from '@afloat/build/oci-image'
import { ensureServersTree } from '@afloat/build/testkit/servers-tree'
import { startTimeServer } from '@afloat/build/testkit/time-server'
import { FaultyRegistry, hostAddress, serveTexts } from './b2c-faults.ts'
import { B2cLab } from './b2c-lab.ts'

const lab = await B2cLab.open()
after(() => lab.close())

const bootMs = 120_000
const seeded = (line: string, options = '') => `b2c.run="${options} ${testImageName} sh -c '${line}'"`

test('without a network what is at hand still runs, and a cache that is damaged is made anew', async () => {
  const cache = await lab.newDisk(256 * 1024 ** 2)
  const words = ['b2c.cache_device=auto ip=off b2c.pull=missing', seeded('echo it-runs')]
  await lab.withMachine(words, { disks: [cache] }, async ({ machine, report }) => {
    await machine.console.expect(/^it-runs$/, { timeoutMs: bootMs })
    await machine.exited
    assert.equal((await report.status())?.status, 0)
  })

  // The partition begins at 1 MiB, and its superblock a KiB later: now nothing of it is left, nor of the first copies.
  const disk = await open(cache.path, 'r+')
  await disk.write(Buffer.alloc(40 * 1024 ** 2, 0x5a), 0, 40 * 1024 ** 2, 1024 ** 2)
  await disk.close()
  const missing = 'b2c.run="10.0.2.2:1/none:1 true"'
  await lab.withMachine([...words, missing], { disks: [cache] }, async ({ machine, report }) => {
    await machine.console.expect(/^it-runs$/, { timeoutMs: bootMs })
    await machine.console.expect(/ip=off forbids it/, { timeoutMs: bootMs })
    await machine.exited
    const status = await report.status()
    assert.deepEqual([status?.status, status?.failedBy], [1, 'containers[1]'])
    const failed = (await report.stages()).filter(
      ({ stage, state }) => stage === 'container' && state === 'failed',
    )
    assert.deepEqual(
      failed.map(({ subject, code }) => [subject, code]),
      [['1', 'b2c/no-network']],
    )
  })
})

test('arguments that were tampered with are not followed; a soft reboot later they are, with the right time', async () => {
  const registry = await lab.registry()
  const root = join(lab.dir, 'large')
  await mkdir(root)
  await writeFile(join(root, 'noise'), randomBytes(4 * 1024 ** 2))
  await writeOciImage({ root, command: ['/noise'] }, join(lab.dir, 'large-image'), 'large:1')
  await registry.push(`${join(lab.dir, 'large-image')}:large:1`, 'large:1')
  const front = await FaultyRegistry.start(registry.port)
  lab.onClose(() => front.stop())
  const clock = await startTimeServer(await ensureServersTree(), lab.dir)
  lab.onClose(() => clock.stop())

  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const rawKey = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')
  const wrong = `--tls-verify=false ${front.name}/busybox@sha256:${'0'.repeat(64)}`
  const text = [
    seeded('date +year-%Y; cat /proc/uptime', '-v data:/data'),
    `b2c.run="${wrong} true"`,
    // Fills the cache, so that the last one finds no room.
    seeded('dd if=/dev/zero of=/data/fill bs=64k; echo filled', '-v data:/data'),
    `b2c.run="--tls-verify=false ${front.name}/large:1"`,
    'b2c.on_finish=poweroff\n',
  ].join('\n')
  const signature = sign(null, Buffer.from(text), privateKey)
  let asked = 0
  const whole = formatSignedArguments(text, signature)
  const server = await serveTexts({
    '/args': () => (++asked === 1 ? whole.replace('filled', 'pwned!') : whole),
  })
  lab.onClose(async () => void server.close())

  const url = `http://${hostAddress}:${(server.address() as AddressInfo).port}/args`
  const words = [
    `b2c.extra_args_url=${url} b2c.extra_args_key=${rawKey} b2c.on_finish=soft-reboot`,
    `b2c.ntp_peer=${hostAddress} b2c.cache_device=auto b2c.pull=missing`,
  ]
  const cache = await lab.newDisk(64 * 1024 ** 2)
  const https = await ensurePack(lab.base, 'https')
  const extra = ['-rtc', 'base=2001-02-03T04:05:06']
  await lab.withMachine(words, { disks: [cache], archives: [https], extra }, async ({ machine, report }) => {
    const { console } = machine
    await console.expect(/This machine did not run its containers/, { timeoutMs: bootMs })
    await console.expect(/b2c\/arguments-untrusted/)
    await console.expect(/^\[\d+\.\d\d\]: Execution is over, pipeline status: 1$/, { timeoutMs: bootMs })
    await console.expect(new RegExp(`^year-${new Date().getUTCFullYear()}$`), { timeoutMs: bootMs })
    await console.expect(/^filled$/, { timeoutMs: bootMs })
    await machine.exited
    console.assertNever(/pwned|unmount/)
    const lines = await report.lines()
    const statuses = lines.filter((line) => line.kind === 'PipelineStatus')
    assert.deepEqual(
      statuses.map(({ failedBy, action }) => [failedBy, action]),
      [
        ['arguments', 'soft-reboot'],
        ['containers[1]', 'poweroff'],
      ],
    )
    const failed = (await report.stages()).filter(
      ({ stage, state }) => stage === 'container' && state === 'failed',
    )
    assert.deepEqual(
      failed.map(({ subject, code }) => [subject, code]),
      [
        ['1', 'b2c/image-unavailable'],
        ['3', 'b2c/disk-full'],
      ],
    )
  })
})
