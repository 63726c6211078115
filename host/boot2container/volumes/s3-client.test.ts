import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../../sys/fake-sys.ts'
import { copyFiles, listRemote, removeRemote, S3Failure, writeS3Settings } from './s3-client.ts'
import { FakeS3 } from './testing/fake-s3.ts'

test('copyFiles() gives the client a command for each folder, and no more than fits into one', () => {
  const sys = new FakeSys()
  new FakeS3(sys)
  copyFiles(sys, '/v', 's3/b', ['a', 'd/e/c', '-b'], { preserve: true, encryptKey: 's3/b=KEY' })
  assert.deepEqual(sys.commands, [
    'mcli cp --json --preserve --enc-c s3/b=KEY -- /v/a /v/-b s3/b/',
    'mcli cp --json --preserve --enc-c s3/b=KEY -- /v/d/e/c s3/b/d/e/',
  ])
  const long = Array.from({ length: 100 }, (_, i) => `${'x'.repeat(250)}${i}`)
  const before = sys.commands.length
  copyFiles(sys, '/v', 's3/b', long, { preserve: false })
  assert.equal(sys.commands.length - before, 2)
  assert.ok(sys.commands.every((command) => command.length < 64_000))
})

test('listRemote() takes no name that would lead out of a folder', () => {
  const sys = new FakeSys()
  const { objects } = new FakeS3(sys, 'minio-client')
  for (const key of ['a/b', 'c ñ', '../up', 'a/../../b', '/root', 'a//b', './c', 'marker/']) {
    objects.set(`s3/b/${key}`, 'x')
  }
  objects.set('s3/bc', 'beside')
  assert.deepEqual([...listRemote(sys, 's3/b').keys()], ['a/b', 'c ñ'])
})

test('the client is believed a failure even if it ends with 0, and not that something had gone before', () => {
  const sys = new FakeSys()
  const { failures } = new FakeS3(sys)
  for (const [said, mayPass] of [
    ['NoSuchBucket', false],
    ['AccessDenied', false],
    ['connection refused', true],
  ] as const) {
    failures.push(said)
    assert.throws(
      () => listRemote(sys, 's3/b'),
      (error) => error instanceof S3Failure && error.message === said && error.mayPass === mayPass,
    )
  }
  failures.push('Object does not exist')
  removeRemote(sys, 's3/b', ['gone'])
})

test('copyFiles() copies what it can before it says what it could not', () => {
  const sys = new FakeSys({ files: { '/v/a': '1', '/v/d/b': '2', '/v/e/c': '3' } })
  const { failures, objects } = new FakeS3(sys)
  failures.push('SlowDown')
  assert.throws(() => copyFiles(sys, '/v', 's3/b', ['a', 'd/b', 'e/c'], { preserve: false }), /SlowDown/)
  assert.deepEqual([...objects.keys()], ['s3/b/d/b', 's3/b/e/c'])
})

test('copyFiles() gives up what does not move, however long it takes to move', () => {
  for (const [bytesPerSec, fails] of [
    [1000, false],
    [20, true],
  ] as const) {
    const sys = new FakeSys()
    sys.addProgram('mcli', (_, { giveUp }) => {
      for (let second = 0; second < 2000; second++) {
        sys.addFile('/proc/7/io', `rchar: ${bytesPerSec * second}\nwchar: 0\nsyscr: ${second}\n`)
        if (giveUp?.(7) === true) return { code: 143, timedOut: true }
        sys.sleepMs(1000)
      }
      return {}
    })
    const copy = () => copyFiles(sys, '/v', 's3/b', ['a'], { preserve: false })
    if (fails) assert.throws(copy, (error) => error instanceof S3Failure && error.mayPass)
    else copy()
    assert.equal(sys.uptimeMs() < 310_000, fails)
  }
})

test('writeS3Settings() keeps credentials in a file of root', () => {
  const sys = new FakeSys()
  writeS3Settings(sys, [{ alias: 's3', url: 'http://s3:9000', key: 'me', secret: 'secret:key' }], (text) =>
    text === 'secret:key' ? 'a@b:c/d' : text,
  )
  assert.equal(sys.stat('/run/afloat/s3')?.mode, 0o700)
  assert.equal(sys.stat('/run/afloat/s3/config.json')?.mode, 0o600)
  const expected = { url: 'http://s3:9000', accessKey: 'me', secretKey: 'a@b:c/d', api: 'S3v4', path: 'auto' }
  assert.deepEqual(JSON.parse(sys.readText('/run/afloat/s3/config.json') ?? ''), {
    version: '10',
    aliases: { s3: expected },
  })
})
