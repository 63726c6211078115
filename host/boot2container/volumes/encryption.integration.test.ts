import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startSseFront } from '../../../build/testkit/sse-front.ts'
import { fine, folder, plain, VolumeLab } from '../../../build/testkit/volume-lab.ts'

const lab = new VolumeLab()

const keyA = Buffer.alloc(64, 'a').toString('base64')
const keyB = Buffer.alloc(64, 'b').toString('base64')

test('an encrypted volume opens with its key alone, and no other job reads it', async () => {
  assert.deepEqual(await lab.open({ ...plain, fscryptKey: keyA }), fine)
  await lab.box.sh(`echo secret-words > ${folder}/secret-name`)
  await lab.box.step({ close: true })
  const listing =
    'find /mnt/volume-data -printf "%f\\n"; find /mnt/volume-data -type f -exec cat {} + 2>&1 || true'
  const locked = await lab.box.sh(listing)
  assert.ok(!locked.includes('secret') && locked.includes('Required key not available'), locked)

  for (const [key, code] of [
    [keyB, 'b2c/volume-wrong-key'],
    [undefined, 'b2c/volume-locked'],
    ['AAAA', 'b2c/volume-key-invalid'],
  ] as const) {
    const answer = await lab.open({ ...plain, ...(key === undefined ? {} : { fscryptKey: key }) })
    assert.equal(answer.code, code)
    assert.ok(!(await lab.box.sh(listing)).includes('secret'))
    assert.equal(await lab.box.sh('mount | grep -c _data || true'), '0')
  }
  assert.deepEqual(await lab.open({ ...plain, name: 'other', fscryptKey: keyB }), fine)
  assert.ok(!(await lab.box.sh(listing)).includes('secret'))
  await lab.box.step({ close: true })

  await lab.open({ ...plain, fscryptKey: keyA })
  assert.equal(await lab.box.sh(`cat ${folder}/secret-name`), 'secret-words')
  await lab.box.kill()
  lab.restart()
  await lab.open({ ...plain, fscryptKey: keyA, resetFscryptKey: true })
  assert.equal(await lab.box.sh(`cat ${folder}/secret-name`), 'secret-words', 'its own key empties nothing')
  await lab.box.step({ close: true })
  await lab.open({ ...plain, fscryptKey: keyB, resetFscryptKey: true })
  assert.equal(await lab.box.sh(`ls ${folder}; echo new > ${folder}/new; cat ${folder}/new`), 'new')
  await lab.box.step({ close: true })
  assert.equal((await lab.open({ ...plain, fscryptKey: keyA })).code, 'b2c/volume-wrong-key')
})

test('files that are not encrypted are not lost to a key', async () => {
  await lab.open(plain)
  await lab.box.sh(`echo plain > ${folder}/plain`)
  await lab.box.step({ close: true })
  assert.equal((await lab.open({ ...plain, fscryptKey: keyA })).code, 'b2c/volume-not-encrypted')
  await lab.open(plain)
  assert.equal(await lab.box.sh(`cat ${folder}/plain`), 'plain')
  await lab.box.step({ close: true })
  await lab.open({ ...plain, fscryptKey: keyA, resetFscryptKey: true })
  assert.equal(await lab.box.sh(`ls ${folder}`), '')
})

test('a volume in memory cannot be encrypted, and says so', async () => {
  const { code, message } = await lab.box.step({
    open: { volumes: [{ ...plain, fscryptKey: keyA }], s3Aliases: [] },
  })
  assert.equal(code, 'b2c/encryption-unsupported')
  assert.match(message ?? '', /its file system cannot encrypt/)
})

test('an encrypted volume is mirrored', async () => {
  await lab.s3.put(lab.bucket, 'path/a', 'a')
  await lab.open(lab.mirrored({ fscryptKey: keyA, pullOn: ['pipeline_start'], pushOn: ['changes'] }))
  await lab.box.step({ on: 'pipeline_start' })
  await lab.box.sh(`cd ${folder}; printf b > b`)
  await lab.bucketBecomes({ a: 'a', b: 'b' })
  await lab.box.step({ on: 'pipeline_end' })
  assert.deepEqual(await lab.box.step({ close: true }), fine)
  assert.ok(!(await lab.box.sh('find /mnt -type f')).includes('known'))
})

test('with encrypt_key a bucket holds nothing that can be read, and the key alone opens it', async () => {
  const front = await startSseFront(lab.s3.port)
  try {
    const volume = (letter: string) =>
      lab.mirrored({ encryptKey: letter.repeat(32), pullOn: ['pipeline_start'], pushOn: ['changes'] })
    await lab.openFrom(front.port, volume('k'))
    await lab.box.step({ on: 'pipeline_start' })
    await lab.box.sh(`cd ${folder}; mkdir d; echo plain words > a; echo more words > d/b`)
    assert.deepEqual(await lab.box.step({ on: 'pipeline_end' }), fine)
    assert.deepEqual(await lab.box.step({ close: true }), fine)
    assert.deepEqual(await lab.s3.list(lab.bucket), ['path/a', 'path/d/b'])
    for (const key of ['path/a', 'path/d/b'])
      assert.ok(!(await lab.s3.get(lab.bucket, key))?.includes('words'))

    await lab.box.sh('rm -r /mnt/volume-data')
    await lab.openFrom(front.port, volume('k'))
    assert.deepEqual(await lab.box.step({ on: 'pipeline_start' }), fine)
    assert.equal(
      await lab.box.sh(`cd ${folder}; cat a d/b; echo other words > a; rm d/b`),
      'plain words\nmore words',
    )
    assert.deepEqual(await lab.box.step({ on: 'pipeline_end' }), fine)
    assert.deepEqual(await lab.box.step({ close: true }), fine)
    assert.deepEqual(await lab.s3.list(lab.bucket), ['path/a'])

    await lab.box.sh('rm -r /mnt/volume-data')
    await lab.openFrom(front.port, volume('w'))
    const refused = await lab.box.step({ on: 'pipeline_start' })
    assert.equal(refused.code, 'b2c/volume-pull-failed')
    assert.match(refused.message ?? '', /an object that is there cannot be read$/)
    await lab.box.step({ close: true })
  } finally {
    await front.stop()
  }
})
