import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from '../answer.ts'
import { Compiler, type CompileWorker } from './compiler.ts'

/** A compiler whose workers and clock are in the hands of the test. */
function start() {
  const log: string[] = []
  const workers: { answer(): void; failure(message: string): void }[] = []
  let clock: (() => void) | undefined
  const compiler = new Compiler({
    deadlineMs: 100,
    start(on): CompileWorker {
      const name = `worker ${workers.length}`
      workers.push({ answer: () => on.answer(name as unknown as Answer), failure: on.failure })
      return {
        ask: ({ text }) => log.push(`${name} is asked ${text}`),
        end: () => log.push(`${name} is ended`),
      }
    },
    after(delayMs, then) {
      assert.equal(delayMs, 100)
      clock = then
      return () => {
        clock = undefined
      }
    },
    onAnswer: (answer) => log.push(`answer of ${answer}`),
    onTrouble: (trouble) => log.push(`trouble: ${trouble.kind}`),
  })
  return {
    ask: (text: string) => compiler.ask({ text, values: {} }),
    workers,
    passDeadline: () => clock?.(),
    log: () => log.splice(0),
  }
}

test('Compiler asks one question at a time, and of those that wait only the newest', () => {
  const { ask, workers, log } = start()
  for (const text of ['a', 'b', 'c']) ask(text)
  assert.deepEqual(log(), ['worker 0 is asked a'])
  workers[0]!.answer()
  assert.deepEqual(log(), ['worker 0 is asked c'], 'the answer to an older text is not shown')
  workers[0]!.answer()
  assert.deepEqual(log(), ['answer of worker 0'])
})

test('Compiler ends a worker that takes too long, says so, and asks a new one the next time', () => {
  const { ask, workers, passDeadline, log } = start()
  ask('bomb')
  passDeadline()
  assert.deepEqual(log(), ['worker 0 is asked bomb', 'worker 0 is ended', 'trouble: slow'])
  ask('a')
  workers[1]!.answer()
  assert.deepEqual(log(), ['worker 1 is asked a', 'answer of worker 1'])
})

test('Compiler goes on with the text that came meanwhile', () => {
  const { ask, passDeadline, log } = start()
  ask('bomb')
  ask('a')
  passDeadline()
  assert.deepEqual(log(), ['worker 0 is asked bomb', 'worker 0 is ended', 'worker 1 is asked a'])
})

test('Compiler replaces a worker that failed', () => {
  const { ask, workers, passDeadline, log } = start()
  ask('a')
  workers[0]!.failure('out of memory')
  passDeadline()
  assert.deepEqual(log(), ['worker 0 is asked a', 'worker 0 is ended', 'trouble: failed'])
})
