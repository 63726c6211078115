import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type AgentFrame, FrameReader, formatFrame, formatRequest, parseFrame } from './exec-frames.ts'

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array))
const id = fc.uuid()
const plain = { noNullPrototype: true }
const frame: fc.Arbitrary<AgentFrame> = fc.oneof(
  fc.record({ kind: fc.constant('hello' as const), session: id }, plain),
  fc.record({ kind: fc.constant('started' as const), id }, plain),
  fc.record(
    {
      kind: fc.constant('answer' as const),
      id,
      code: fc.integer({ min: 0, max: 255 }),
      stdout: bytes,
      stderr: bytes,
    },
    plain,
  ),
)

test('parseFrame() is the inverse of formatFrame()', () => {
  fc.assert(fc.property(frame, (value) => assert.deepEqual(parseFrame(formatFrame(value).trimEnd()), value)))
})

test('FrameReader finds all frames however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(frame), fc.array(fc.nat(5000)), (frames, cuts) => {
      const all = Buffer.from(frames.map(formatFrame).join(''))
      const reader = new FrameReader()
      const found: AgentFrame[] = []
      let at = 0
      for (const cut of [...cuts.sort((a, b) => a - b), all.length]) {
        found.push(...reader.push(all.subarray(at, cut)))
        at = Math.max(at, cut)
      }
      assert.deepEqual(found, frames)
    }),
  )
})

test('FrameReader skips the stump of a frame that a restarted guest left', () => {
  fc.assert(
    fc.property(frame, frame, fc.nat(400), (cutOff, next, keep) => {
      const text = formatFrame(cutOff)
      const stump = text.slice(0, Math.min(keep, text.length - 2))
      assert.deepEqual(new FrameReader().push(Buffer.from(stump + formatFrame(next))), [next])
    }),
  )
})

test('FrameReader skips noise', () => {
  fc.assert(
    fc.property(fc.string(), (noise) => {
      const text = `${noise.replaceAll('@', '')}\n`
      assert.deepEqual(new FrameReader().push(Buffer.from(text)), [])
    }),
  )
})

test('formatRequest() announces the lengths of script and input as they follow', () => {
  fc.assert(
    fc.property(fc.string(), bytes, (script, stdin) => {
      const request = { session: 's', id: 'i', limitSeconds: 1.5, detach: false, script, stdin }
      const [header, body, rest] = formatRequest(request).split('\n')
      const words = header!.split(' ')
      assert.deepEqual(words.slice(0, 5), ['@run', 's', 'i', 'wait', '2'])
      const [scriptLength, stdinLength] = [Number(words[5]), Number(words[6])]
      assert.equal(body!.length, scriptLength + stdinLength)
      assert.equal(Buffer.from(body!.slice(0, scriptLength), 'base64').toString(), script)
      assert.deepEqual(Buffer.from(body!.slice(scriptLength), 'base64'), stdin)
      assert.equal(rest, '')
    }),
  )
})
