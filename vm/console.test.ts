import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { AfloatError } from '@afloat/report'
import fc from 'fast-check'
import { MachineConsole } from './console.ts'

function makeConsole(failure?: RegExp) {
  let now = 0
  const console = new MachineConsole({ elapsedMs: () => now, failure })
  return {
    console,
    say(text: string, atMs = now) {
      now = atMs
      console.push(Buffer.from(text))
    },
  }
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => assert.fail('Expected an error'),
    (error: unknown) => error,
  )
  assert.ok(error instanceof AfloatError, String(error))
  return error.code
}

test('MachineConsole splits output into lines with the time each began', () => {
  const { console, say } = makeConsole()
  say('one\r\ntw', 10)
  say('o\r\nthr', 20)
  assert.deepEqual(console.timeline, [
    { ms: 10, text: 'one' },
    { ms: 10, text: 'two' },
  ])
  assert.deepEqual(console.lines().at(-1), { ms: 20, text: 'thr' })
})

test('expect() finds a pattern however the output is cut', async () => {
  const text = 'x\x1b[0;1m[  OK  ]\x1b[0m Reached target \x1b]0;title\x07multi-user.targét\r\n'
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(text.length)), async (cuts) => {
      const { console } = makeConsole()
      const bytes = Buffer.from(text)
      const found = console.expect(/^x\[ {2}OK {2}\] Reached target multi-user\.targét$/, { timeoutMs: 1000 })
      let at = 0
      for (const cut of [...cuts.sort((a, b) => a - b), bytes.length]) {
        console.push(bytes.subarray(at, cut))
        at = Math.max(at, cut)
      }
      assert.equal((await found).match.index, 0)
    }),
    { numRuns: 200 },
  )
})

test('expect() consumes what it matched, and only that', async () => {
  const { console, say } = makeConsole()
  say('login: login: done\nlogin: ')
  for (let i = 0; i < 3; i++) await console.expect(/login: /, { timeoutMs: 50 })
  assert.equal(await codeOf(console.expect(/login: /, { timeoutMs: 10 })), 'vm/console-timeout')
  assert.equal((await console.expect(/done/, { from: 'start', timeoutMs: 50 })).text, 'login: login: done')
})

test('expect() finds a prompt that ends without a line end', async () => {
  const { console, say } = makeConsole()
  const found = console.expect(/# $/, { timeoutMs: 1000 })
  say('root@host:~# ', 42)
  assert.equal((await found).ms, 42)
})

test('expect() gives up when the machine ends, and shows the last lines', async () => {
  const { console, say } = makeConsole()
  const found = console.expect(/never/, { timeoutMs: 60_000 })
  say('first\nlast')
  console.end('power off')
  await assert.rejects(found, {
    code: 'vm/machine-exited',
    message:
      'Machine ended (power off) before it showed never\n--- last lines of the console ---\nfirst\nlast',
  })
})

test('expect() gives up on a failure, after its explanation has come', async () => {
  const { console, say } = makeConsole(/panic/)
  const found = console.expect(/login/, { timeoutMs: 60_000 })
  say('Kernel panic\n')
  setTimeout(() => say('because\n'), 20)
  await assert.rejects(found, (error: AfloatError) => {
    assert.equal(error.code, 'vm/console-failure')
    return error.message.endsWith('Kernel panic\nbecause')
  })
})

test('expect() prefers what it looks for over a failure in the same output', async () => {
  const { console, say } = makeConsole(/panic/)
  const found = console.expect(/not syncing/, { timeoutMs: 5000 })
  say('panic: not syncing\n')
  await found
})

test('expect() forgets a failure that was expected', async () => {
  const { console, say } = makeConsole(/panic/)
  say('panic: not syncing\n')
  await console.expect(/panic/)
  await sleep(1100)
  const next = console.expect(/login/, { timeoutMs: 5000 })
  say('second boot\nlogin: ')
  await next
})

test('guard() passes a result on, and throws when the machine fails before', async () => {
  const { console, say } = makeConsole(/panic/)
  assert.equal(await console.guard(sleep(5, 'result')), 'result')
  const guarded = console.guard(sleep(5000, 'late', { ref: false }))
  say('panic\n')
  const keepAlive = setInterval(() => {}, 1000)
  assert.equal(await codeOf(guarded), 'vm/console-failure')
  clearInterval(keepAlive)
})

test('never() resolves when nothing matches in time, and when the machine ends', async () => {
  const { console, say } = makeConsole()
  say('panic before\n')
  await console.never(/panic/, { duringMs: 20 })
  const silent = console.never(/panic/, { duringMs: 60_000 })
  console.end('power off')
  await silent
})

test('never() throws as soon as the pattern comes', async () => {
  const { console, say } = makeConsole()
  const silent = console.never(/panic/, { duringMs: 60_000 })
  await sleep(5)
  say('panic\n')
  assert.equal(await codeOf(silent), 'vm/console-unexpected')
})

test('assertNever() looks at everything so far', () => {
  const { console, say } = makeConsole()
  say('all is well\nhalf a li')
  console.assertNever(/panic/)
  assert.throws(() => console.assertNever(/half/), { code: 'vm/console-unexpected' })
})
