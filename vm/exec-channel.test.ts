import assert from 'node:assert/strict'
import { Duplex } from 'node:stream'
import { test } from 'node:test'
import { AfloatError } from '@afloat/report'
import { ExecChannel } from './exec-channel.ts'
import { type AgentFrame, formatFrame } from './exec-frames.ts'

/** A port whose guest side is the test. */
function makePort() {
  const requests: { session: string; id: string }[] = []
  const arrivals: (() => void)[] = []
  const port = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      for (const [, session, id] of chunk.toString().matchAll(/^@run (\S+) (\S+)/gm)) {
        requests.push({ session: session!, id: id! })
        arrivals.shift()?.()
      }
      done()
    },
  })
  return {
    channel: new ExecChannel(port),
    requests,
    say: (frame: AgentFrame) => port.push(Buffer.from(formatFrame(frame))),
    nextRequest: () => new Promise<void>((resolve) => arrivals.push(resolve)),
  }
}

const answer = (id: string, text: string): AgentFrame => ({
  kind: 'answer',
  id,
  code: 0,
  stdout: Buffer.from(text),
  stderr: Buffer.alloc(0),
})

test('run() waits for the guest and matches answers with commands', async () => {
  const { channel, requests, say, nextRequest } = makePort()
  const results = ['a', 'b'].map((script) => channel.run(script))
  say({ kind: 'hello', session: 's1' })
  await nextRequest()
  await nextRequest()
  say(answer(requests[1]!.id, 'second'))
  say(answer(requests[0]!.id, 'first'))
  assert.deepEqual(
    (await Promise.all(results)).map(({ stdout }) => stdout.toString()),
    ['first', 'second'],
  )
})

test('run() sends a command again that a restarted guest had not started', async () => {
  const { channel, requests, say, nextRequest } = makePort()
  say({ kind: 'hello', session: 's1' })
  const result = channel.run('a')
  await nextRequest()
  say({ kind: 'hello', session: 's2' })
  await nextRequest()
  assert.deepEqual(
    requests.map(({ session }) => session),
    ['s1', 's2'],
  )
  assert.equal(requests[0]!.id, requests[1]!.id)
  say(answer(requests[1]!.id, 'done'))
  assert.equal((await result).stdout.toString(), 'done')
})

test('run() gives up a command that a restarted guest had started', async () => {
  const { channel, requests, say, nextRequest } = makePort()
  say({ kind: 'hello', session: 's1' })
  const result = channel.run('reboot')
  await nextRequest()
  say({ kind: 'started', id: requests[0]!.id })
  say({ kind: 'hello', session: 's2' })
  await assert.rejects(result, { code: 'vm/exec-interrupted' })
})

test('run() gives up when the guest closed the port after the command was started', async () => {
  const { channel, requests, say, nextRequest } = makePort()
  say({ kind: 'hello', session: 's1' })
  const result = channel.run('reboot')
  await nextRequest()
  say({ kind: 'started', id: requests[0]!.id })
  setImmediate(() => channel.closed(Date.now() + 1))
  const keepAlive = setInterval(() => {}, 1000)
  await assert.rejects(result, { code: 'vm/exec-interrupted' })
  clearInterval(keepAlive)
})

test('run() gives up in time, before and after the guest has answered', async () => {
  const { channel, say } = makePort()
  await assert.rejects(channel.run('a', { timeoutMs: 10 }), { code: 'vm/exec-timeout' })
  say({ kind: 'hello', session: 's1' })
  await assert.rejects(channel.run('a', { timeoutMs: 10 }), { code: 'vm/exec-timeout' })
})

test('run() fails when the machine ends', async () => {
  const { channel, say } = makePort()
  say({ kind: 'hello', session: 's1' })
  const result = channel.run('a')
  setImmediate(() => channel.end(new AfloatError('vm/machine-exited', 'Machine ended')))
  await assert.rejects(result, { code: 'vm/machine-exited' })
  await assert.rejects(channel.run('b'), { code: 'vm/machine-exited' })
})
