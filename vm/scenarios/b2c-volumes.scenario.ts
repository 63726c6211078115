import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ensurePack } from '@afloat/build/boot2container/packs'
import { startNfsServer } from '@afloat/build/testkit/nfs-server'
import { type S3Server, startS3Server } from '@afloat/build/testkit/s3-server'
import { ensureServersTree } from '@afloat/build/testkit/servers-tree'
import type { B2cMachine } from '../b2c-machine.ts'
import { freePort } from '../ports.ts'
import type { DiskImage } from '../qemu-args.ts'
import { B2cLab, type B2cLabMachineOptions } from './b2c-lab.ts'

/** The computer that the machine runs on, as the machine sees it. */
const host = '10.0.2.2'
const image = 'localhost/busybox:1'
const secrets = {
  's3-key': 'Access-Key-0815',
  's3-secret': 'p@ss:word/+4711',
  vault: Buffer.alloc(64, 'correct horse').toString('base64'),
  note: 'a-secret-in-a-file',
  token: 'token-for-containers',
}

let lab: B2cLab
let s3: S3Server
let archives: string[]
let disk: DiskImage
let shared: string
let nfsPort: number

before(async () => {
  lab = await B2cLab.open()
  const servers = await ensureServersTree()
  s3 = await startS3Server(servers)
  lab.onClose(() => s3.stop())
  shared = join(lab.dir, 'shared')
  await mkdir(shared)
  await writeFile(join(shared, 'note'), `${secrets.note}\n`)
  await writeFile(join(shared, 'input'), 'from the NFS server\n')
  nfsPort = await freePort()
  const nfs = await startNfsServer(servers, { folder: shared, work: lab.dir, port: nfsPort })
  lab.onClose(() => nfs.stop())
  archives = [await ensurePack(lab.base, 's3'), await ensurePack(lab.base, 'nfs')]
  disk = await lab.newDisk()
  await s3.makeBucket('jobs')
  await s3.put('jobs', '1/input', 'from the bucket')
})
after(() => lab?.close())

const s3Words = () => [
  `b2c.minio=store,http://${host}:${s3.port},secret:s3-key,secret:s3-secret`,
  'b2c.secret=s3-key,from=fw_cfg:opt/org.example/s3-key',
  'b2c.secret=s3-secret,from=smbios:s3-secret',
]
const nfsWords = () => [
  `b2c.filesystem=share,src=${host}:/export,type=nfs4,opts=addr=${host}|port=${nfsPort}|vers=4.2`,
]
const vaultSecret = 'b2c.secret=vault,from=fw_cfg:opt/org.example/vault'

async function boot<T>(
  words: readonly string[],
  use: (started: B2cMachine) => Promise<T>,
  options: B2cLabMachineOptions = {},
): Promise<T> {
  return await lab.withMachine(
    ['b2c.pull=missing', 'b2c.cache_device=auto', ...words],
    {
      disks: [disk],
      archives,
      fwCfg: {
        'opt/org.example/s3-key': `${secrets['s3-key']}\n`,
        'opt/org.example/vault': secrets.vault,
        'opt/org.example/token': secrets.token,
      },
      credentials: { 's3-secret': secrets['s3-secret'] },
      ...options,
    },
    async (started) => {
      const result = await use(started)
      await assertNoSecret(started)
      return result
    },
  )
}

/** No secret shows on the console or in the report, but for what a container printed with the word SHOWN before it. */
async function assertNoSecret({ machine, report }: B2cMachine): Promise<void> {
  const shown = machine.console.timeline.map(({ text }) => text).filter((text) => !text.includes('SHOWN'))
  const text = [...shown, JSON.stringify(await report.lines())].join('\n')
  assert.ok(text.length > 500)
  for (const [name, value] of Object.entries(secrets))
    assert.ok(!text.includes(value), `secret ${name} shows`)
}

const run = (volumes: readonly string[], script: string): string =>
  `b2c.run="${volumes.map((volume) => `-v ${volume}`).join(' ')} ${image} sh -c '${script}'"`

test('the power fails while a job works, and the bucket has what it did', async (t) => {
  const script = [
    'echo SHOWN token $(cat /run/secrets/token)',
    'cat /job/input; echo',
    // What is to be there after a power cut has to be synced, as on any machine: another test reads these two.
    'echo secret-words > /vault/secret-name; echo x > /temp/x; sync',
    'mkdir /job/a; echo 1 > /job/a/b; echo gone > /job/gone; mv /job/a /job/c; rm /job/gone',
    'for i in $(seq 1000); do echo $i > /job/count; echo $i >> /job/log; echo count $i; sleep 0.5; done',
  ].join('; ')
  await boot(
    [
      ...s3Words(),
      vaultSecret,
      'b2c.secret=token,from=fw_cfg:opt/org.example/token',
      'b2c.volume=job,mirror=store/jobs/1,pull_on=pipeline_start,push_on=changes,overwrite,remove',
      'b2c.volume=temp,expiration=pipeline_end',
      'b2c.volume=vault,fscrypt_key=secret:vault',
      run(['job:/job', 'temp:/temp', 'vault:/vault --secret token'], script),
    ],
    async ({ machine, report }) => {
      await machine.console.expect(new RegExp(`SHOWN token ${secrets.token}`), { timeoutMs: 120_000 })
      await machine.console.expect(/from the bucket/, { timeoutMs: 10_000 })
      await machine.console.expect(/count 20$/, { timeoutMs: 60_000 })
      assert.equal((await report.stages()).filter(({ state }) => state === 'warned').length, 0)
      await machine.cutPower()
      const counts = machine.console.timeline.flatMap(({ text }) => /count (\d+)$/.exec(text)?.[1] ?? [])
      const last = Number(counts.at(-1))
      const stored = Number(await s3.get('jobs', '1/count'))
      t.diagnostic(`power cut at ${last}, of which ${stored} are in the bucket`)
      // Half a second each; a computer that emulates another one takes its time.
      assert.ok(stored >= last - 8, `${stored} of ${last}`)
      const log = (await s3.get('jobs', '1/log')) ?? ''
      const lines = log.trimEnd().split('\n').map(Number)
      assert.deepEqual(
        lines,
        Array.from({ length: lines.length }, (_, index) => index + 1),
      )
      assert.ok(lines.length >= last - 8, `${lines.length} lines of ${last}`)
      assert.deepEqual(await s3.list('jobs'), ['1/c/b', '1/count', '1/input', '1/log'])
      assert.equal(await s3.get('jobs', '1/c/b'), '1\n')
    },
  )
})

test('the next job finds what expired gone, cannot read what is encrypted, and stores at its end', async () => {
  const script = [
    'ls /data; find /data/vault | grep -c secret; cat $(find /data/vault/box -type f | head -n 1)',
    'cat /share/input; echo from the machine > /share/output',
    'cat /job/count; echo end > /job/end; echo [done]',
  ].join('; ')
  await boot(
    [
      ...s3Words(),
      ...nfsWords(),
      'b2c.secret=note,from=file:share/note',
      'b2c.volume=job,mirror=store/jobs/1,pull_on=pipeline_start,push_on=pipeline_end,overwrite,remove,expiration=pipeline_end',
      'b2c.volume=files,filesystem=share',
      run(['job:/job', 'files:/share', '/run/afloat/cache/volume-data:/data:ro'], script),
    ],
    async ({ machine, report }) => {
      const status = await report.waitForStatus({ timeoutMs: 150_000 })
      assert.equal(status.status, 0, status.message)
      await machine.exited
      const lines = machine.console.timeline.map(({ text }) => text.trim())
      assert.deepEqual(
        lines.filter((line) => /^(files|job|temp|vault)$/.test(line)),
        ['files', 'job', 'vault'],
      )
      assert.ok(lines.includes('0'), 'no name of an encrypted file can be read')
      assert.ok(lines.some((line) => /Required key not available|ENOKEY/.test(line)))
      assert.ok(lines.includes('from the NFS server'))
      assert.equal(await readFile(join(shared, 'output'), 'utf8'), 'from the machine\n')
      assert.equal(await s3.get('jobs', '1/end'), 'end\n')
    },
  )
})

for (const [what, words, code] of [
  [
    'another key',
    ['b2c.volume=vault,fscrypt_key=secret:wrong', 'b2c.secret=wrong,from=fw_cfg:opt/org.example/wrong'],
    'b2c/volume-wrong-key',
  ],
  ['no key', ['b2c.volume=vault'], 'b2c/volume-locked'],
] as const)
  test(`an encrypted volume does not open with ${what}, and that is said`, async () => {
    const wrong = Buffer.alloc(64, 'wrong').toString('base64')
    await boot(
      [...words, run(['vault:/vault'], 'echo ran; ls /vault')],
      async ({ machine, report }) => {
        const failed = await report.waitForStage('volume', 'failed', { subject: 'vault', timeoutMs: 120_000 })
        assert.equal(failed.code, code)
        assert.notEqual((await report.waitForStatus()).status, 0)
        await machine.exited
        const text = machine.console.timeline.map((line) => line.text).join('\n')
        assert.ok(!/^ran$/m.test(text) && !text.includes(wrong))
      },
      { fwCfg: { 'opt/org.example/wrong': wrong } },
    )
  })

test('an encrypted volume opens with its own key, and is emptied for another one on demand', async () => {
  const words = (key: string) => [
    vaultSecret,
    `b2c.volume=vault,fscrypt_key=${key},fscrypt_reset_key`,
    'b2c.volume=job',
    run(['vault:/vault', 'job:/job'], 'ls /job; echo [$(cat /vault/secret-name)]; echo new > /vault/new'),
  ]
  const says = async (key: string, line: string) =>
    await boot(words(key), async ({ machine, report }) => {
      const status = await report.waitForStatus({ timeoutMs: 120_000 })
      assert.equal(status.status, 0, status.message)
      await machine.exited
      assert.ok(
        machine.console.timeline.some(({ text }) => text.trim() === line),
        line,
      )
    })
  await says('secret:vault', '[secret-words]')
  await says(Buffer.alloc(64, 'next').toString('base64'), '[]')
})
