import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { progress } from './progress.ts'

function makeStream(isTTY: boolean) {
  const stream = { text: '', isTTY, columns: 40, write: (text: string) => (stream.text += text) }
  return stream
}

test('progress() writes plain lines without control characters when there is no terminal', async () => {
  const stream = makeStream(false)
  const { stage, note } = progress(stream)
  assert.equal(await stage('Slow', () => sleep(120, 'result')), 'result')
  await stage('Quick', async () => {})
  note('\x1b[1mBold\x1b[0m words')
  await assert.rejects(
    stage('Broken', async () => {
      throw new Error('x')
    }),
  )
  const seconds = stream.text.replaceAll(/\d\.\d s/g, '0.0 s')
  assert.equal(
    seconds,
    [
      '  Slow                            0.0 s',
      'Bold words',
      '  Broken                          0.0 s, failed',
      '',
    ].join('\n'),
  )
})

test('progress() keeps the times of all stages', async () => {
  const show = progress(makeStream(false))
  await show.stage('One', () => sleep(20))
  await show.stage('Two', async () => {})
  assert.deepEqual(
    show.stages.map(({ name }) => name),
    ['One', 'Two'],
  )
  assert.ok(show.stages[0]!.seconds >= 0.015)
})

test('progress() clears its line on a terminal, and never writes more than the width', async () => {
  const stream = makeStream(true)
  await progress(stream).stage('A name that is longer than the terminal is wide', () => sleep(250))
  const drawn = stream.text.split('\n')[0]!.split('\r\x1b[K')
  for (const text of drawn.slice(0, -1)) assert.ok(text.length < 40, text)
  assert.match(stream.text, /\r\x1b\[K {2}A name .* s\n$/)
})

test('progress() says nothing after its end', async () => {
  const stream = makeStream(false)
  const show = progress(stream)
  show.end()
  show.note('x')
  await show.stage('Slow', () => sleep(120))
  assert.equal(stream.text, '')
})
