import assert from 'node:assert/strict'
import { open } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PipelineStatus, StageEvent } from '@afloat/boot2container'
import { writeAuthorityPack } from '@afloat/build/boot2container/authority-pack'
import { ensurePack } from '@afloat/build/boot2container/packs'
import { testImageName } from '@afloat/build/boot2container/test-image'
import { startS3Server } from '@afloat/build/testkit/s3-server'
import { ensureServersTree } from '@afloat/build/testkit/servers-tree'
import { startSseFront } from '@afloat/build/testkit/sse-front'
import { ensureTls } from '@afloat/netboot/tls/ensure-authority'
import { hostAddress } from './b2c-faults.ts'
import { B2cLab } from './b2c-lab.ts'
import { Lives } from './b2c-lives.ts'

const lab = await B2cLab.open()
after(() => lab.close())
const lives = await Lives.start()
lab.onClose(() => lives.stop())

const site = await ensureTls(join(lab.dir, 'site'), [hostAddress])
const stranger = await ensureTls(join(lab.dir, 'stranger'), [hostAddress])
const secrets: Readonly<Record<string, string>> = {
  key: 'Access-Key-0815',
  secret: 'p@ss:word/+4711',
  sse: 'thirty-two-characters-of-a-key-1',
}
/** What machines have posted, by path. */
const posted = new Map<string, string>()
const words = 'words that are nobody else'

const s3 = await startS3Server(await ensureServersTree())
lab.onClose(() => s3.stop())
await s3.makeBucket('jobs')
const front = await startSseFront(s3.port, site)
lab.onClose(() => front.stop())
const safe = await listen(
  createTlsServer(site, (incoming, answer) => answer.end(secrets[incoming.url!.slice(1)])),
)
const strange = await listen(createTlsServer(stranger, (_, answer) => answer.end('not-for-you')))
const inbox = await listen(
  createHttpServer((incoming, answer) => {
    let text = ''
    incoming.on('data', (chunk) => (text += chunk))
    incoming.on('end', () => {
      posted.set(incoming.url!, text)
      // The other one never answers.
      if (incoming.url === '/report') answer.end()
    })
  }),
)

async function listen(server: Server & { closeAllConnections(): void }): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  lab.onClose(async () => {
    server.closeAllConnections()
    server.close()
  })
  return `${hostAddress}:${(server.address() as AddressInfo).port}`
}

const run = (line: string, options = '', kind = 'run') =>
  `b2c.${kind}="${options} ${testImageName} sh -c '${line}'"`
const parse = (text: string | undefined) =>
  (text ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as StageEvent | PipelineStatus)

test('secrets, reports and drivers come from where they should, and go where they should', async () => {
  const authority = join(lab.dir, 'ca.pack')
  await writeAuthorityPack([site.authorityPath], authority)
  const packs = await Promise.all((['https', 's3', 'nfs'] as const).map((name) => ensurePack(lab.base, name)))
  const disk = await lab.newDisk(256 * 1024 ** 2)
  const file = await open(disk.path, 'r+')
  await file.write('what somebody else has stored', 64 * 1024 ** 2)
  await file.close()
  const options = { archives: [...packs, authority], disks: [disk], onReboot: 'restart' } as const
  await lab.withMachine([lives.words, 'b2c.pull=missing'], options, async (started) => {
    const { machine } = started
    const next = (...words: string[]) => lives.next(started, words)

    const first = await next(
      'b2c.insmods=nfsv4.ko,none.ko',
      ...Object.keys(secrets).map((name) => `b2c.secret=${name},from=https://${safe}/${name}`),
      `b2c.minio=store,https://${hostAddress}:${front.port},secret:key,secret:secret`,
      'b2c.volume=plain,mirror=store/jobs/plain,push_on=pipeline_end',
      'b2c.volume=closed,mirror=store/jobs/closed,push_on=pipeline_end,encrypt_key=secret:sse',
      `b2c.report=volume:plain/report.jsonl b2c.report=http://${inbox}/report`,
      run(
        `grep -c ^nfsv4 /proc/modules; echo ${words} | tee /plain/a > /closed/a; exit 3`,
        '-v plain:/plain -v closed:/closed',
      ),
    )
    assert.deepEqual([first.status.status, first.warnings], [3, ['b2c/module-missing']])
    assert.ok(first.lines.includes('1'), 'the driver is not loaded')
    assert.match(first.lines.join('\n'), /Cannot load module "none\.ko": modprobe: module none not found/)
    assert.equal(await s3.get('jobs', 'plain/a'), `${words}\n`)
    assert.ok(!((await s3.get('jobs', 'closed/a')) ?? words).includes('words'))
    const sent = parse(posted.get('/report'))
    assert.deepEqual(sent, [...first.stages, first.status])
    const stored = parse(await s3.get('jobs', 'plain/report.jsonl'))
    // What it says of the volumes themselves comes too late for it, and so does the time of the end.
    assert.deepEqual(stored.slice(0, -1), sent.slice(0, stored.length - 1))
    assert.deepEqual({ ...stored.at(-1), atMs: 0 }, { ...first.status, atMs: 0 })
    const told = [...first.lines, posted.get('/report')].join('\n')
    for (const [name, value] of Object.entries(secrets))
      assert.ok(!told.includes(value), `secret ${name} shows`)

    // A place that takes a report and never says so, and one that is not there.
    const deaf = await next(`b2c.report=http://${inbox}/deaf b2c.report=volume:none/report`, run('true'))
    assert.equal(deaf.status.status, 0)
    assert.match(deaf.lines.join('\n'), /WARNING: Cannot write the report to "\S+none\S+": .*not found/)
    assert.match(deaf.lines.join('\n'), /WARNING: Cannot send the report: no answer within 10 s/)
    assert.ok(posted.has('/deaf'))

    const strangers = await next(`b2c.secret=key,from=https://${strange}/key`, run('echo ran'))
    assert.deepEqual([strangers.status.status, strangers.status.failedBy], [1, 'secrets'])
    assert.match(
      strangers.status.message ?? '',
      /SSL certificate problem: self-signed certificate in certificate chain$/,
    )
    assert.ok(!strangers.lines.includes('ran'))

    // A disk that is named becomes the cache whatever is on it, a file system is taken as it is, "reset" empties.
    const keep = '-v keep:/keep'
    const named = await next('b2c.cache_device=/dev/vda', run('echo kept > /keep/a', keep))
    assert.deepEqual([named.status.status, named.warnings], [0, []])
    const least = await next(
      'b2c.cache_device=store b2c.filesystem=store,src=/dev/vda1,type=ext4',
      'b2c.privileged=no b2c.cap_add=net_admin b2c.cap_drop=CHOWN b2c.read_only',
      run('cat /keep/a; grep CapEff /proc/self/status; touch /x || echo cannot-write', keep),
    )
    assert.deepEqual([least.status.status, least.warnings], [0, []])
    assert.ok(least.lines.includes('kept') && least.lines.includes('cannot-write'))
    const effective = least.lines.flatMap((line) => /^CapEff:\s*(\w+)$/.exec(line)?.[1] ?? [])
    const has = (capability: number) => (BigInt(`0x${effective[0]}`) >> BigInt(capability)) & 1n
    const [chown, setuid, netAdmin, sysAdmin] = [0, 7, 12, 21]
    assert.deepEqual([chown, setuid, netAdmin, sysAdmin].map(has), [0n, 1n, 1n, 0n])
    const reset = await next('b2c.cache_device=reset', run('echo left-$(ls /keep | wc -l)', keep))
    assert.ok(reset.lines.includes('left-0'))

    // What a container does with the machine comes before what was asked for.
    const mode = run('echo post-$B2C_PIPELINE_SHUTDOWN_MODE', '', 'run_post')
    const reboot = await next('b2c.on_finish=hold', run('reboot -f'), run('echo still-run'), mode)
    assert.deepEqual([reboot.status.status, reboot.status.action], [129, 'reboot'])
    assert.deepEqual(
      reboot.status.containers.map(({ exitCode }) => exitCode),
      [129, 0],
    )
    assert.ok(reboot.lines.includes('post-reboot') && reboot.lines.includes('still-run'))

    const asked = await next('b2c.on_finish=reboot "b2c.reboot_cmd=echo own-words"', run('exit 4'))
    // What is printed at the very end of a life may be seen with the next one.
    const around = [...reboot.lines, ...asked.lines]
    assert.ok(around.some((line) => line.endsWith('reboot: Restarting system')))
    assert.deepEqual([asked.status.status, asked.status.action], [4, 'reboot'])

    const held = await next('b2c.on_finish=hold', run('exit 5'))
    assert.ok([...asked.lines, ...held.lines].includes('own-words'))
    assert.deepEqual([held.status.status, held.status.action], [5, 'hold'])
    await machine.console.expect(/^\[\d+\.\d\d\]: It's now safe to turn off your computer$/)
    assert.equal(await Promise.race([machine.exited, sleep(2000, 'on')]), 'on')
  })
})
