import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fine, folder, plain, VolumeLab } from '../../../build/testkit/volume-lab.ts'

const lab = new VolumeLab()

test('a volume is fetched at the start and stored at the end, each way what differs, and no more', async () => {
  await lab.s3.put(lab.bucket, 'path/a', 'from the bucket')
  await lab.s3.put(lab.bucket, 'path/deep/er/b ñ %41+&', 'b')
  await lab.s3.put(lab.bucket, 'pathology/c', 'not of this volume')
  const volume = lab.mirrored({ pullOn: ['pipeline_start'], pushOn: ['pipeline_end'] })
  assert.deepEqual(await lab.open(volume), fine)
  assert.deepEqual(await lab.box.step({ on: 'pipeline_start' }), fine)
  assert.equal(await lab.box.sh(`cd ${folder}; cat a 'deep/er/b ñ %41+&'`), 'from the bucketb')
  await lab.box.sh(
    `cd ${folder}; printf 'changed, longer' > a; rm -r deep; mkdir new; echo n > new/n; ln -s ../a new/link`,
  )
  await lab.box.sh(`cd ${folder}; ln -s /etc/passwd outside; ln -s nowhere dangling; mkfifo pipe`)
  assert.deepEqual(await lab.box.step({ on: 'container_end' }), fine)
  assert.deepEqual(await lab.s3.list(lab.bucket), ['path/a', 'path/deep/er/b ñ %41+&', 'pathology/c'])
  assert.deepEqual(await lab.box.step({ on: 'pipeline_end' }), fine)
  assert.deepEqual(await lab.s3.list(lab.bucket), ['path/a', 'path/new/link', 'path/new/n', 'pathology/c'])
  assert.equal(await lab.s3.get(lab.bucket, 'path/a'), 'changed, longer')
  assert.equal(await lab.s3.get(lab.bucket, 'path/new/link'), 'changed, longer')
  assert.deepEqual(await lab.box.step({ close: true }), fine)
  assert.equal(
    await lab.box.sh('ls /run/afloat /run/afloat/volumes; mount | grep -c _data || true'),
    '/run/afloat:\nvolumes\n\n/run/afloat/volumes:\n0',
  )
})

test('what has the same size and an older date is seen to differ', async () => {
  await lab.s3.put(lab.bucket, 'path/a', '1')
  const volume = lab.mirrored({ pullOn: ['pipeline_start'], pushOn: ['container_end'] })
  await lab.open(volume)
  await lab.box.step({ on: 'pipeline_start' })
  await lab.box.sh(`cd ${folder}; printf 2 > a; touch -d 2001-01-01 a`)
  await lab.box.step({ on: 'container_end' })
  assert.equal(await lab.s3.get(lab.bucket, 'path/a'), '2')
  await lab.s3.put(lab.bucket, 'path/a', '3')
  await lab.box.sh(`touch -d 2100-01-01 ${folder}/a`)
  await lab.box.step({ on: 'pipeline_start' })
  assert.equal(await lab.box.sh(`cat ${folder}/a`), '3')
})

test('without overwrite and remove nothing there is lost, on both sides, and that is said', async () => {
  await lab.s3.put(lab.bucket, 'path/a', 'old')
  await lab.s3.put(lab.bucket, 'path/b', 'b')
  const volume = lab.mirrored({
    overwrite: false,
    remove: false,
    pullOn: ['pipeline_start'],
    pushOn: ['pipeline_end'],
  })
  await lab.open(volume)
  await lab.box.step({ on: 'pipeline_start' })
  await lab.box.sh(
    `cd ${folder}; echo changed > a; rm b; echo c > c; echo x > x.tmp; mkdir -p sub; echo y > sub/y.tmp`,
  )
  const { said } = await lab.box.step({ on: 'pipeline_end' })
  assert.deepEqual(said, [
    `b2c/volume-not-overwritten: 1 changed file was not stored at "store/${lab.bucket}/path": older ones are there`,
  ])
  assert.equal(await lab.s3.get(lab.bucket, 'path/a'), 'old')
  assert.equal(await lab.s3.get(lab.bucket, 'path/b'), 'b')
  assert.equal(await lab.s3.get(lab.bucket, 'path/c'), 'c\n')
})

test('what is excluded stays where it is, on both sides', async () => {
  await lab.s3.put(lab.bucket, 'path/there.tmp', 'there')
  await lab.s3.put(lab.bucket, 'path/sub/there.tmp', 'there')
  const volume = lab.mirrored({
    exclude: ['*.tmp', 'cache/*'],
    pullOn: ['pipeline_start'],
    pushOn: ['pipeline_end'],
  })
  await lab.open(volume)
  await lab.box.sh(`cd ${folder}; mkdir cache; echo h > here.tmp; echo c > cache/c; echo k > kept`)
  await lab.box.step({ on: 'pipeline_end' })
  await lab.box.step({ on: 'pipeline_start' })
  await lab.box.step({ on: 'pipeline_end' })
  assert.deepEqual(await lab.s3.list(lab.bucket), ['path/sub/there.tmp', 'path/there.tmp'])
  assert.equal(await lab.box.sh(`cd ${folder}; find . -type f | sort`), './cache/c\n./here.tmp')
})

test('changes are in the bucket within seconds: bursts, renames, deletions, and what grows all the time', async (t) => {
  await lab.s3.put(lab.bucket, 'path/first', '1')
  await lab.open(lab.mirrored({ pullOn: ['pipeline_start'], pushOn: ['changes'] }))
  await lab.box.step({ on: 'pipeline_start' })
  await lab.box.sh(`cd ${folder}; printf 2 > first; mkdir -p d/e; printf deep > d/e/f; printf gone > gone`)
  const firstMs = await lab.bucketBecomes({ first: '2', 'd/e/f': 'deep', gone: 'gone' })
  await lab.box.sh(`cd ${folder}; mv d dd; mv first second; rm gone; printf 3 > second`)
  const renamedMs = await lab.bucketBecomes({ second: '3', 'dd/e/f': 'deep' })
  await lab.box.sh(`cd ${folder}; for i in $(seq 300); do printf $i > burst-$((i % 7)); done; rm -r dd`)
  const burst = Object.fromEntries([294, 295, 296, 297, 298, 299, 300].map((i) => [`burst-${i % 7}`, `${i}`]))
  const burstMs = await lab.bucketBecomes({ second: '3', ...burst })
  await lab.box.sh(`cd ${folder}; rm burst*; for i in $(seq 40); do echo $i >> log; sleep 0.05; done`)
  const log = `${Array.from({ length: 40 }, (_, i) => i + 1).join('\n')}\n`
  const logMs = await lab.bucketBecomes({ second: '3', log })
  t.diagnostic(`seen in the bucket after ${[firstMs, renamedMs, burstMs, logMs].join(', ')} ms`)
  assert.deepEqual(await lab.box.step({ on: 'pipeline_end' }), fine)
  assert.deepEqual(await lab.box.step({ close: true }), fine)
})

test('changes made right before the end are in the bucket, and none is older than the end', async () => {
  await lab.open(lab.mirrored({ pullOn: ['pipeline_start'], pushOn: ['changes'] }))
  await lab.box.step({ on: 'pipeline_start' })
  for (let i = 0; i < 5; i++) {
    await lab.box.sh(`cd ${folder}; for i in $(seq 50); do printf $i > a; printf $i > b-$i; done; rm b-1`)
    await lab.box.step({ on: 'container_end' })
  }
  await lab.box.sh(`cd ${folder}; printf last > a`)
  await lab.box.step({ on: 'pipeline_end' })
  assert.equal(await lab.s3.get(lab.bucket, 'path/a'), 'last')
  assert.equal((await lab.s3.list(lab.bucket)).length, 50)
  assert.equal(await lab.box.sh('pgrep -c qjs || true'), '1')
})

test('what is changed in the bucket comes down, but not over what was changed here', async () => {
  await lab.s3.put(lab.bucket, 'path/a', '1')
  await lab.s3.put(lab.bucket, 'path/b', '1')
  await lab.open(lab.mirrored({ pullOn: ['changes'], pushOn: ['changes'] }))
  await lab.box.step({ on: 'pipeline_start' })
  await lab.box.sh(`cd ${folder}; printf here > here`)
  await lab.bucketBecomes({ a: '1', b: '1', here: 'here' })
  await lab.s3.put(lab.bucket, 'path/a', '2')
  await lab.s3.put(lab.bucket, 'path/new', 'new')
  await lab.s3.remove(lab.bucket, 'path/b')
  const down = '[ "$(cat a)" = 2 ] && [ -e new ] && [ ! -e b ]'
  await lab.box.sh(`cd ${folder}; for i in $(seq 100); do ${down} && exit; sleep 0.1; done; ls; exit 1`)
  assert.equal(await lab.box.sh(`cd ${folder}; cat a new here`), '2newhere')
  await lab.box.step({ on: 'pipeline_end' })
  assert.deepEqual(await lab.s3.list(lab.bucket), ['path/a', 'path/here', 'path/new'])
})

test('a server that is away for a while costs nothing, and one that stays away loses nothing', async () => {
  const volume = lab.mirrored({ pullOn: ['pipeline_start'], pushOn: ['changes'], expiration: 'pipeline_end' })
  await lab.s3.put(lab.bucket, 'path/old', 'old')
  await lab.open(volume)
  await lab.box.step({ on: 'pipeline_start' })
  const until = (what: string) =>
    `for i in $(seq 300); do [ ${what} /run/afloat/volume-watch/data.failing ] && exit; sleep 0.1; done; exit 1`
  await lab.s3.cut()
  await lab.box.sh(`cd ${folder}; printf away > away; ${until('-e')}`)
  await lab.s3.restore()
  await lab.bucketBecomes({ old: 'old', away: 'away' }, 15_000)

  await lab.box.sh(until('! -e'))
  await lab.s3.cut()
  await lab.box.sh(`cd ${folder}; printf 2 > old; printf later > later; ${until('-e')}`)
  const behind = await lab.box.step({ on: 'container_end' })
  assert.match(behind.said[0] ?? '', /^b2c\/volume-behind: Changes cannot be mirrored at the moment: /)
  const end = await lab.box.step({ on: 'pipeline_end' })
  assert.equal(end.code, 'b2c/volume-push-failed')
  assert.ok(!JSON.stringify(end).includes('pass@w'), JSON.stringify(end))
  const closed = await lab.box.step({ close: true })
  assert.match(closed.said[0] ?? '', /^b2c\/volume-not-stored/)
  await lab.box.kill()

  await lab.s3.restore()
  await lab.s3.put(lab.bucket, 'path/other', 'of another machine')
  lab.restart()
  const { said } = await lab.open(volume)
  assert.match(said[0] ?? '', /^b2c\/volume-not-stored/)
  await lab.box.step({ on: 'pipeline_start' })
  await lab.bucketBecomes({ old: '2', away: 'away', later: 'later', other: 'of another machine' })
  await lab.box.step({ on: 'pipeline_end' })
  await lab.box.step({ close: true })
  assert.equal(await lab.box.sh('ls /mnt/volume-data'), '')
})

test('a pull that fails stops the pipeline and keeps the bucket as it is', async () => {
  await lab.s3.put(lab.bucket, 'path/a', 'a')
  await lab.open(lab.mirrored({ pullOn: ['pipeline_start'], pushOn: ['pipeline_end'] }))
  await lab.s3.cut()
  const start = await lab.box.step({ on: 'pipeline_start' })
  assert.equal(start.code, 'b2c/volume-pull-failed')
  await lab.s3.restore()
  assert.deepEqual((await lab.box.step({ on: 'pipeline_end' })).said, [
    'Nothing is stored, for nothing was fetched',
  ])
  assert.deepEqual(await lab.s3.list(lab.bucket), ['path/a'])
  const url = 'store/no-such-bucket/x'
  await lab.box.step({ close: true })
  await lab.open(lab.mirrored({ pullFrom: url, pushTo: url, pullOn: ['pipeline_start'] }))
  const missing = await lab.box.step({ on: 'pipeline_start' })
  assert.equal(missing.code, 'b2c/volume-pull-failed')
  assert.match(missing.message ?? '', /The specified bucket does not exist/)
  assert.deepEqual(missing.said, [], 'no other try, for it would not help')
})

test('an object does not leave the volume through a link', async () => {
  await lab.s3.put(lab.bucket, 'path/link/passwd', 'evil')
  await lab.s3.put(lab.bucket, 'path/file', 'good')
  await lab.open(lab.mirrored({ remove: false, pullOn: ['container_start'] }))
  await lab.box.sh(`cd ${folder}; mkdir /run/target; ln -s /run/target link; ln -s /run/target/file file`)
  const answer = await lab.box.step({ on: 'container_start' })
  assert.equal(answer.code, 'b2c/volume-pull-failed')
  assert.match(answer.message ?? '', /"link\/passwd" would be written through a link/)
  assert.equal(await lab.box.sh('ls /run/target'), '')
})

test('owner, mode and date go with a file that is preserved', async () => {
  await lab.open(lab.mirrored({ preserve: true, pullOn: ['container_start'], pushOn: ['container_end'] }))
  await lab.box.step({ on: 'container_start' })
  await lab.box.sh(`cd ${folder}; echo a > a; chmod 640 a; chown 12:34 a; touch -d 2001-01-01T00:00:00Z a`)
  await lab.box.step({ on: 'container_end' })
  await lab.box.sh(`rm ${folder}/a`)
  await lab.box.step({ on: 'container_start' })
  assert.equal(await lab.box.sh(`stat -c '%a %u:%g %Y' ${folder}/a`), '640 12:34 978307200')
})

test('an expired volume is gone at the end, and after a power cut at the next start', async () => {
  const volume = { ...plain, expiration: 'pipeline_end' as const }
  await lab.open(volume, { ...plain, name: 'stays' })
  await lab.box.sh(`echo x > ${folder}/x; echo s > /run/afloat/volumes/stays/_data/s`)
  await lab.box.step({ close: true })
  assert.equal(await lab.box.sh('ls /mnt/volume-data'), 'stays')
  await lab.open(volume)
  await lab.box.sh(`echo x > ${folder}/x; sync`)
  await lab.box.kill()
  lab.restart()
  assert.equal(await lab.box.sh('ls /mnt/volume-data'), 'data\nstays')
  await lab.open({ ...plain, name: 'other' })
  assert.equal(await lab.box.sh('ls /mnt/volume-data'), 'other\nstays')
  assert.equal(await lab.box.sh('cat /mnt/volume-data/stays/box/data/s'), 's')
})
