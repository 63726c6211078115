import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeMachine, failureOf } from '../testing/fake-machine.ts'
import { download } from './download.ts'

const url = 'https://user:pass@files.example/a?key=secret'
const target = '/var/lib/afloat/staging/a'

test('download() retries what may pass, waiting longer each time', () => {
  const machine = new FakeMachine()
  const refused = { curlCode: 7, stderr: 'curl: (7) Failed to connect to files.example port 443' }
  machine.answer(url, refused, { status: 503 }, { status: 429 }, { status: 200, body: 'contents' })
  download(machine, { url, target })
  assert.equal(machine.readText(target), 'contents')
  assert.equal(machine.stat(target)?.mode, 0o600)
  assert.deepEqual(machine.logged, [
    'Cannot fetch https://files.example/a?… yet: failed to connect to files.example port 443; next attempt in 1 s',
    'Cannot fetch https://files.example/a?… yet: the server answered HTTP 503; next attempt in 2 s',
    'Cannot fetch https://files.example/a?… yet: the server answered HTTP 429; next attempt in 4 s',
  ])
})

test('download() keeps URL, password and token out of the command', () => {
  const machine = new FakeMachine()
  machine.answer(url, { status: 200 })
  download(machine, { url, target })
  for (const secret of ['pass', 'secret']) assert.ok(!machine.commands.join('\n').includes(secret))
})

test('download() follows a redirect from https: to https: only', () => {
  const machine = new FakeMachine()
  machine.answer(url, { status: 200 })
  download(machine, { url, target })
  assert.match(machine.commands[0]!, / --proto =https --proto-redir =https /)
})

test('download() gives up after five minutes of attempts and says how many', () => {
  const machine = new FakeMachine()
  assert.deepEqual(
    failureOf(() => download(machine, { url, target })),
    {
      code: 'provision/source-unreachable',
      message: 'Cannot fetch "https://files.example/a?…": could not resolve host (14 attempts in 271 s)',
    },
  )
})

test('download() gives up after the time on the kernel command line', () => {
  const machine = new FakeMachine()
  machine.addFile('/proc/cmdline', 'quiet afloat.fetch_timeout=10\n')
  assert.deepEqual(
    failureOf(() => download(machine, { url, target })),
    {
      code: 'provision/source-unreachable',
      message: 'Cannot fetch "https://files.example/a?…": could not resolve host (4 attempts in 7 s)',
    },
  )
})

test('download() fails at once for what stays as it is', () => {
  const cases: [{ status: number } | { curlCode: number; stderr: string }, string, string][] = [
    [{ status: 404 }, 'provision/source-failed', 'the server answered HTTP 404'],
    [{ status: 403 }, 'provision/source-failed', 'the server answered HTTP 403'],
    [
      {
        curlCode: 60,
        stderr: `curl: (60) SSL certificate problem: certificate has expired
More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the webpage mentioned above.
`,
      },
      'provision/source-certificate',
      'SSL certificate problem: certificate has expired',
    ],
    [
      { curlCode: 47, stderr: 'curl: (47) Maximum (10) redirects followed' },
      'provision/source-failed',
      'maximum (10) redirects followed',
    ],
    [{ curlCode: 99, stderr: '' }, 'provision/source-failed', 'curl ended with exit code 99'],
  ]
  for (const [answer, code, why] of cases) {
    const machine = new FakeMachine()
    machine.answer(url, answer)
    const message = `Cannot fetch "https://files.example/a?…": ${why}`
    assert.deepEqual(
      failureOf(() => download(machine, { url, target })),
      { code, message },
    )
    assert.equal(machine.commands.length, 1)
  }
})

test('download() tells a full disk and a file that is too large', () => {
  const machine = new FakeMachine()
  machine.answer(url, { curlCode: 23 })
  assert.equal(failureOf(() => download(machine, { url, target })).code, 'provision/disk-full')
  machine.answer(url, { curlCode: 63 })
  const largestBytes = 10 * 1024 * 1024
  assert.deepEqual(
    failureOf(() => download(machine, { url, target, largestBytes })),
    {
      code: 'provision/source-too-large',
      message: 'Cannot fetch "https://files.example/a?…": it is larger than 10 MB',
    },
  )
  machine.answer(url, { status: 200, body: 'longer than told' })
  assert.equal(
    failureOf(() => download(machine, { url, target, largestBytes: 4 })).code,
    'provision/source-too-large',
  )
})
