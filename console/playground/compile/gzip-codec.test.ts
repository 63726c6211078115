import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { GzipCodec } from './gzip-codec.ts'

test('GzipCodec answers what is asked in the first run in the next one', async () => {
  const codec = new GzipCodec()
  const bytes = Buffer.from('text '.repeat(100))
  let runs = 0
  const packed = await codec.settle(() => {
    runs++
    return codec.gzip(bytes)
  })
  assert.equal(runs, 2)
  assert.deepEqual(gunzipSync(packed), bytes)
  assert.deepEqual(codec.gunzip(packed), new Uint8Array(bytes), 'what it has packed it can unpack at once')
})

test('GzipCodec unpacks what others have packed, also what lies in it', async () => {
  const codec = new GzipCodec()
  const twice = gzipSync(gzipSync('hello'))
  const text = await codec.settle(() => {
    const once = codec.gunzip(twice)
    return typeof once === 'string' ? once : codec.gunzip(once)
  })
  assert.equal(Buffer.from(text as Uint8Array).toString(), 'hello')
})

test('GzipCodec says what is no gzip and what is too large', async () => {
  const codec = new GzipCodec()
  const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024))
  const broken = [Buffer.from('no gzip'), bomb.subarray(0, 100), Buffer.alloc(0)]
  const answers = await codec.settle(() => [...broken, bomb].map(codec.gunzip))
  assert.deepEqual(answers, ['broken', 'broken', 'broken', 'large'])
})
