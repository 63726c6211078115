import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Volume } from '@afloat/boot2container'
import { type S3Server, startS3Server } from '../../../build/testkit/s3-server.ts'
import { ensureServersTree } from '../../../build/testkit/servers-tree.ts'
import { startSseFront } from '../../../build/testkit/sse-front.ts'
import { prepareSandboxes, type Sandbox, startSandbox } from '../../../build/testkit/volume-sandbox.ts'
import type { ToolsTree } from '../../../build/tools-tree.ts'

// Real QuickJS, the real S3 client against a real server, and fscrypt of this computer's kernel on an ext4 of its own.

let tree: ToolsTree
let dir: string
let s3: S3Server
let box: Sandbox
let bucket: string
let count = 0

before(async () => {
  tree = await ensureServersTree()
  s3 = await startS3Server(tree)
})
after(async () => await s3?.stop())
beforeEach(async () => {
  dir = await mkdtemp('/tmp/afloat-volumes-')
  await prepareSandboxes(tree, dir)
  box = startSandbox(tree, dir)
  bucket = `bucket-${++count}`
  await s3.makeBucket(bucket)
})
afterEach(async () => {
  await box.kill()
  await rm(dir, { recursive: true, force: true })
})

const plain: Volume = {
  name: 'data',
  pullOn: [],
  pushOn: [],
  expiration: 'never',
  overwrite: false,
  remove: false,
  exclude: [],
  preserve: false,
  resetFscryptKey: false,
}

function mirrored(volume: Partial<Volume> = {}): Volume {
  const url = `store/${bucket}/path`
  return { ...plain, pullFrom: url, pushTo: url, overwrite: true, remove: true, ...volume }
}

async function open(...volumes: Volume[]) {
  return await openFrom(s3.port, ...volumes)
}

async function openFrom(port: number, ...volumes: Volume[]) {
  const s3Aliases = [{ alias: 'store', url: `http://127.0.0.1:${port}`, key: 'user', secret: 'pass@w:rd/1' }]
  return await box.step({ open: { volumes, s3Aliases }, cacheDir: '/mnt' })
}

const folder = '/run/afloat/volumes/data/_data'
const fine = { said: [], output: '' }

/** Waits until the bucket holds what is expected; fails with what it holds. */
async function bucketBecomes(expected: Record<string, string>, withinMs = 5000): Promise<number> {
  const startMs = Date.now()
  for (;;) {
    const found: Record<string, string | undefined> = {}
    for (const key of await s3.list(bucket)) found[key.replace(/^path\//, '')] = await s3.get(bucket, key)
    try {
      assert.deepEqual(found, expected)
      return Date.now() - startMs
    } catch (error) {
      if (Date.now() - startMs > withinMs) throw error
    }
    await sleep(50)
  }
}

test('a volume is fetched at the start and stored at the end, each way what differs, and no more', async () => {
  await s3.put(bucket, 'path/a', 'from the bucket')
  await s3.put(bucket, 'path/deep/er/b ñ %41+&', 'b')
  await s3.put(bucket, 'pathology/c', 'not of this volume')
  const volume = mirrored({ pullOn: ['pipeline_start'], pushOn: ['pipeline_end'] })
  assert.deepEqual(await open(volume), fine)
  assert.deepEqual(await box.step({ on: 'pipeline_start' }), fine)
  assert.equal(await box.sh(`cd ${folder}; cat a 'deep/er/b ñ %41+&'`), 'from the bucketb')
  await box.sh(
    `cd ${folder}; printf 'changed, longer' > a; rm -r deep; mkdir new; echo n > new/n; ln -s ../a new/link`,
  )
  await box.sh(`cd ${folder}; ln -s /etc/passwd outside; ln -s nowhere dangling; mkfifo pipe`)
  assert.deepEqual(await box.step({ on: 'container_end' }), fine)
  assert.deepEqual(await s3.list(bucket), ['path/a', 'path/deep/er/b ñ %41+&', 'pathology/c'])
  assert.deepEqual(await box.step({ on: 'pipeline_end' }), fine)
  assert.deepEqual(await s3.list(bucket), ['path/a', 'path/new/link', 'path/new/n', 'pathology/c'])
  assert.equal(await s3.get(bucket, 'path/a'), 'changed, longer')
  assert.equal(await s3.get(bucket, 'path/new/link'), 'changed, longer')
  assert.deepEqual(await box.step({ close: true }), fine)
  assert.equal(
    await box.sh('ls /run/afloat /run/afloat/volumes; mount | grep -c _data || true'),
    '/run/afloat:\nvolumes\n\n/run/afloat/volumes:\n0',
  )
})

test('what has the same size and an older date is seen to differ', async () => {
  await s3.put(bucket, 'path/a', '1')
  const volume = mirrored({ pullOn: ['pipeline_start'], pushOn: ['container_end'] })
  await open(volume)
  await box.step({ on: 'pipeline_start' })
  await box.sh(`cd ${folder}; printf 2 > a; touch -d 2001-01-01 a`)
  await box.step({ on: 'container_end' })
  assert.equal(await s3.get(bucket, 'path/a'), '2')
  await s3.put(bucket, 'path/a', '3')
  await box.sh(`touch -d 2100-01-01 ${folder}/a`)
  await box.step({ on: 'pipeline_start' })
  assert.equal(await box.sh(`cat ${folder}/a`), '3')
})

test('without overwrite and remove nothing there is lost, on both sides, and that is said', async () => {
  await s3.put(bucket, 'path/a', 'old')
  await s3.put(bucket, 'path/b', 'b')
  const volume = mirrored({
    overwrite: false,
    remove: false,
    pullOn: ['pipeline_start'],
    pushOn: ['pipeline_end'],
  })
  await open(volume)
  await box.step({ on: 'pipeline_start' })
  await box.sh(
    `cd ${folder}; echo changed > a; rm b; echo c > c; echo x > x.tmp; mkdir -p sub; echo y > sub/y.tmp`,
  )
  const { said } = await box.step({ on: 'pipeline_end' })
  assert.deepEqual(said, [
    `b2c/volume-not-overwritten: 1 changed file was not stored at "store/${bucket}/path": older ones are there`,
  ])
  assert.equal(await s3.get(bucket, 'path/a'), 'old')
  assert.equal(await s3.get(bucket, 'path/b'), 'b')
  assert.equal(await s3.get(bucket, 'path/c'), 'c\n')
})

test('what is excluded stays where it is, on both sides', async () => {
  await s3.put(bucket, 'path/there.tmp', 'there')
  await s3.put(bucket, 'path/sub/there.tmp', 'there')
  const volume = mirrored({
    exclude: ['*.tmp', 'cache/*'],
    pullOn: ['pipeline_start'],
    pushOn: ['pipeline_end'],
  })
  await open(volume)
  await box.sh(`cd ${folder}; mkdir cache; echo h > here.tmp; echo c > cache/c; echo k > kept`)
  await box.step({ on: 'pipeline_end' })
  await box.step({ on: 'pipeline_start' })
  await box.step({ on: 'pipeline_end' })
  assert.deepEqual(await s3.list(bucket), ['path/sub/there.tmp', 'path/there.tmp'])
  assert.equal(await box.sh(`cd ${folder}; find . -type f | sort`), './cache/c\n./here.tmp')
})

test('changes are in the bucket within seconds: bursts, renames, deletions, and what grows all the time', async (t) => {
  await s3.put(bucket, 'path/first', '1')
  await open(mirrored({ pullOn: ['pipeline_start'], pushOn: ['changes'] }))
  await box.step({ on: 'pipeline_start' })
  await box.sh(`cd ${folder}; printf 2 > first; mkdir -p d/e; printf deep > d/e/f; printf gone > gone`)
  const firstMs = await bucketBecomes({ first: '2', 'd/e/f': 'deep', gone: 'gone' })
  await box.sh(`cd ${folder}; mv d dd; mv first second; rm gone; printf 3 > second`)
  const renamedMs = await bucketBecomes({ second: '3', 'dd/e/f': 'deep' })
  await box.sh(`cd ${folder}; for i in $(seq 300); do printf $i > burst-$((i % 7)); done; rm -r dd`)
  const burst = Object.fromEntries([294, 295, 296, 297, 298, 299, 300].map((i) => [`burst-${i % 7}`, `${i}`]))
  const burstMs = await bucketBecomes({ second: '3', ...burst })
  await box.sh(`cd ${folder}; rm burst*; for i in $(seq 40); do echo $i >> log; sleep 0.05; done`)
  const log = `${Array.from({ length: 40 }, (_, i) => i + 1).join('\n')}\n`
  const logMs = await bucketBecomes({ second: '3', log })
  t.diagnostic(`seen in the bucket after ${[firstMs, renamedMs, burstMs, logMs].join(', ')} ms`)
  assert.deepEqual(await box.step({ on: 'pipeline_end' }), fine)
  assert.deepEqual(await box.step({ close: true }), fine)
})

test('changes made right before the end are in the bucket, and none is older than the end', async () => {
  await open(mirrored({ pullOn: ['pipeline_start'], pushOn: ['changes'] }))
  await box.step({ on: 'pipeline_start' })
  for (let i = 0; i < 5; i++) {
    await box.sh(`cd ${folder}; for i in $(seq 50); do printf $i > a; printf $i > b-$i; done; rm b-1`)
    await box.step({ on: 'container_end' })
  }
  await box.sh(`cd ${folder}; printf last > a`)
  await box.step({ on: 'pipeline_end' })
  assert.equal(await s3.get(bucket, 'path/a'), 'last')
  assert.equal((await s3.list(bucket)).length, 50)
  assert.equal(await box.sh('pgrep -c qjs || true'), '1')
})

test('what is changed in the bucket comes down, but not over what was changed here', async () => {
  await s3.put(bucket, 'path/a', '1')
  await s3.put(bucket, 'path/b', '1')
  await open(mirrored({ pullOn: ['changes'], pushOn: ['changes'] }))
  await box.step({ on: 'pipeline_start' })
  await box.sh(`cd ${folder}; printf here > here`)
  await bucketBecomes({ a: '1', b: '1', here: 'here' })
  await s3.put(bucket, 'path/a', '2')
  await s3.put(bucket, 'path/new', 'new')
  await s3.remove(bucket, 'path/b')
  const down = '[ "$(cat a)" = 2 ] && [ -e new ] && [ ! -e b ]'
  await box.sh(`cd ${folder}; for i in $(seq 100); do ${down} && exit; sleep 0.1; done; ls; exit 1`)
  assert.equal(await box.sh(`cd ${folder}; cat a new here`), '2newhere')
  await box.step({ on: 'pipeline_end' })
  assert.deepEqual(await s3.list(bucket), ['path/a', 'path/here', 'path/new'])
})

test('a server that is away for a while costs nothing, and one that stays away loses nothing', async () => {
  const volume = mirrored({ pullOn: ['pipeline_start'], pushOn: ['changes'], expiration: 'pipeline_end' })
  await s3.put(bucket, 'path/old', 'old')
  await open(volume)
  await box.step({ on: 'pipeline_start' })
  await s3.cut()
  await box.sh(`cd ${folder}; printf away > away`)
  await sleep(1500)
  await s3.restore()
  await bucketBecomes({ old: 'old', away: 'away' }, 15_000)

  await s3.cut()
  await box.sh(`cd ${folder}; printf 2 > old; printf later > later`)
  await sleep(1500)
  const behind = await box.step({ on: 'container_end' })
  assert.match(behind.said[0] ?? '', /^b2c\/volume-behind: Changes cannot be mirrored at the moment: /)
  const end = await box.step({ on: 'pipeline_end' })
  assert.equal(end.code, 'b2c/volume-push-failed')
  assert.ok(!JSON.stringify(end).includes('pass@w'), JSON.stringify(end))
  const closed = await box.step({ close: true })
  assert.match(closed.said[0] ?? '', /^b2c\/volume-not-stored/)
  await box.kill()

  await s3.restore()
  await s3.put(bucket, 'path/other', 'of another machine')
  box = startSandbox(tree, dir)
  const { said } = await open(volume)
  assert.match(said[0] ?? '', /^b2c\/volume-not-stored/)
  await box.step({ on: 'pipeline_start' })
  await bucketBecomes({ old: '2', away: 'away', later: 'later', other: 'of another machine' })
  await box.step({ on: 'pipeline_end' })
  await box.step({ close: true })
  assert.equal(await box.sh('ls /mnt/volume-data'), '')
})

test('a pull that fails stops the pipeline and keeps the bucket as it is', async () => {
  await s3.put(bucket, 'path/a', 'a')
  await open(mirrored({ pullOn: ['pipeline_start'], pushOn: ['pipeline_end'] }))
  await s3.cut()
  const start = await box.step({ on: 'pipeline_start' })
  assert.equal(start.code, 'b2c/volume-pull-failed')
  await s3.restore()
  assert.deepEqual((await box.step({ on: 'pipeline_end' })).said, [
    'Nothing is stored, for nothing was fetched',
  ])
  assert.deepEqual(await s3.list(bucket), ['path/a'])
  const url = 'store/no-such-bucket/x'
  await box.step({ close: true })
  await open(mirrored({ pullFrom: url, pushTo: url, pullOn: ['pipeline_start'] }))
  const missing = await box.step({ on: 'pipeline_start' })
  assert.equal(missing.code, 'b2c/volume-pull-failed')
  assert.match(missing.message ?? '', /The specified bucket does not exist/)
  assert.deepEqual(missing.said, [], 'no other try, for it would not help')
})

test('an object does not leave the volume through a link', async () => {
  await s3.put(bucket, 'path/link/passwd', 'evil')
  await s3.put(bucket, 'path/file', 'good')
  await open(mirrored({ remove: false, pullOn: ['container_start'] }))
  await box.sh(`cd ${folder}; mkdir /run/target; ln -s /run/target link; ln -s /run/target/file file`)
  const answer = await box.step({ on: 'container_start' })
  assert.equal(answer.code, 'b2c/volume-pull-failed')
  assert.match(answer.message ?? '', /"link\/passwd" would be written through a link/)
  assert.equal(await box.sh('ls /run/target'), '')
})

test('owner, mode and date go with a file that is preserved', async () => {
  await open(mirrored({ preserve: true, pullOn: ['container_start'], pushOn: ['container_end'] }))
  await box.step({ on: 'container_start' })
  await box.sh(`cd ${folder}; echo a > a; chmod 640 a; chown 12:34 a; touch -d 2001-01-01T00:00:00Z a`)
  await box.step({ on: 'container_end' })
  await box.sh(`rm ${folder}/a`)
  await box.step({ on: 'container_start' })
  assert.equal(await box.sh(`stat -c '%a %u:%g %Y' ${folder}/a`), '640 12:34 978307200')
})

test('an expired volume is gone at the end, and after a power cut at the next start', async () => {
  const volume = { ...plain, expiration: 'pipeline_end' as const }
  await open(volume, { ...plain, name: 'stays' })
  await box.sh(`echo x > ${folder}/x; echo s > /run/afloat/volumes/stays/_data/s`)
  await box.step({ close: true })
  assert.equal(await box.sh('ls /mnt/volume-data'), 'stays')
  await open(volume)
  await box.sh(`echo x > ${folder}/x; sync`)
  await box.kill()
  box = startSandbox(tree, dir)
  assert.equal(await box.sh('ls /mnt/volume-data'), 'data\nstays')
  await open({ ...plain, name: 'other' })
  assert.equal(await box.sh('ls /mnt/volume-data'), 'other\nstays')
  assert.equal(await box.sh('cat /mnt/volume-data/stays/box/data/s'), 's')
})

const keyA = Buffer.alloc(64, 'a').toString('base64')
const keyB = Buffer.alloc(64, 'b').toString('base64')

test('an encrypted volume opens with its key alone, and no other job reads it', async () => {
  assert.deepEqual(await open({ ...plain, fscryptKey: keyA }), fine)
  await box.sh(`echo secret-words > ${folder}/secret-name`)
  await box.step({ close: true })
  const listing =
    'find /mnt/volume-data -printf "%f\\n"; find /mnt/volume-data -type f -exec cat {} + 2>&1 || true'
  const locked = await box.sh(listing)
  assert.ok(!locked.includes('secret') && locked.includes('Required key not available'), locked)

  for (const [key, code] of [
    [keyB, 'b2c/volume-wrong-key'],
    [undefined, 'b2c/volume-locked'],
    ['AAAA', 'b2c/volume-key-invalid'],
  ] as const) {
    const answer = await open({ ...plain, ...(key === undefined ? {} : { fscryptKey: key }) })
    assert.equal(answer.code, code)
    assert.ok(!(await box.sh(listing)).includes('secret'))
    assert.equal(await box.sh('mount | grep -c _data || true'), '0')
  }
  assert.deepEqual(await open({ ...plain, name: 'other', fscryptKey: keyB }), fine)
  assert.ok(!(await box.sh(listing)).includes('secret'))
  await box.step({ close: true })

  await open({ ...plain, fscryptKey: keyA })
  assert.equal(await box.sh(`cat ${folder}/secret-name`), 'secret-words')
  await box.kill()
  box = startSandbox(tree, dir)
  await open({ ...plain, fscryptKey: keyA, resetFscryptKey: true })
  assert.equal(await box.sh(`cat ${folder}/secret-name`), 'secret-words', 'its own key empties nothing')
  await box.step({ close: true })
  await open({ ...plain, fscryptKey: keyB, resetFscryptKey: true })
  assert.equal(await box.sh(`ls ${folder}; echo new > ${folder}/new; cat ${folder}/new`), 'new')
  await box.step({ close: true })
  assert.equal((await open({ ...plain, fscryptKey: keyA })).code, 'b2c/volume-wrong-key')
})

test('files that are not encrypted are not lost to a key', async () => {
  await open(plain)
  await box.sh(`echo plain > ${folder}/plain`)
  await box.step({ close: true })
  assert.equal((await open({ ...plain, fscryptKey: keyA })).code, 'b2c/volume-not-encrypted')
  await open(plain)
  assert.equal(await box.sh(`cat ${folder}/plain`), 'plain')
  await box.step({ close: true })
  await open({ ...plain, fscryptKey: keyA, resetFscryptKey: true })
  assert.equal(await box.sh(`ls ${folder}`), '')
})

test('a volume in memory cannot be encrypted, and says so', async () => {
  const { code, message } = await box.step({
    open: { volumes: [{ ...plain, fscryptKey: keyA }], s3Aliases: [] },
  })
  assert.equal(code, 'b2c/encryption-unsupported')
  assert.match(message ?? '', /its file system cannot encrypt/)
})

test('an encrypted volume is mirrored', async () => {
  await s3.put(bucket, 'path/a', 'a')
  await open(mirrored({ fscryptKey: keyA, pullOn: ['pipeline_start'], pushOn: ['changes'] }))
  await box.step({ on: 'pipeline_start' })
  await box.sh(`cd ${folder}; printf b > b`)
  await bucketBecomes({ a: 'a', b: 'b' })
  await box.step({ on: 'pipeline_end' })
  assert.deepEqual(await box.step({ close: true }), fine)
  assert.ok(!(await box.sh('find /mnt -type f')).includes('known'))
})

test('with encrypt_key a bucket holds nothing that can be read, and the key alone opens it', async () => {
  const front = await startSseFront(s3.port)
  try {
    const volume = (letter: string) =>
      mirrored({ encryptKey: letter.repeat(32), pullOn: ['pipeline_start'], pushOn: ['changes'] })
    await openFrom(front.port, volume('k'))
    await box.step({ on: 'pipeline_start' })
    await box.sh(`cd ${folder}; mkdir d; echo plain words > a; echo more words > d/b`)
    assert.deepEqual(await box.step({ on: 'pipeline_end' }), fine)
    assert.deepEqual(await box.step({ close: true }), fine)
    assert.deepEqual(await s3.list(bucket), ['path/a', 'path/d/b'])
    for (const key of ['path/a', 'path/d/b']) assert.ok(!(await s3.get(bucket, key))?.includes('words'))

    await box.sh('rm -r /mnt/volume-data')
    await openFrom(front.port, volume('k'))
    assert.deepEqual(await box.step({ on: 'pipeline_start' }), fine)
    assert.equal(
      await box.sh(`cd ${folder}; cat a d/b; echo other words > a; rm d/b`),
      'plain words\nmore words',
    )
    assert.deepEqual(await box.step({ on: 'pipeline_end' }), fine)
    assert.deepEqual(await box.step({ close: true }), fine)
    assert.deepEqual(await s3.list(bucket), ['path/a'])

    await box.sh('rm -r /mnt/volume-data')
    await openFrom(front.port, volume('w'))
    const refused = await box.step({ on: 'pipeline_start' })
    assert.equal(refused.code, 'b2c/volume-pull-failed')
    assert.match(refused.message ?? '', /an object that is there cannot be read$/)
    await box.step({ close: true })
  } finally {
    await front.stop()
  }
})
