import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AfloatError } from '@afloat/report'
import { FakeSys } from './fake-sys.ts'
import { codeOf, filePromises } from './testing/contract.ts'

describe('FakeSys keeps the promises of Sys', () => {
  for (const { name, check, expected } of filePromises) {
    test(name, () => {
      const sys = new FakeSys()
      sys.makeDirs('/case')
      assert.deepEqual(check(sys, '/case'), expected)
    })
  }
})

test('FakeSys.run() hands arguments and input to its program, and records the command', () => {
  const sys = new FakeSys()
  sys.addProgram('greet', ([name], { input }) => ({ stdout: `${input} ${name}` }))
  assert.equal(sys.run(['greet', 'a b'], { input: 'hello' }).stdout, 'hello a b')
  assert.deepEqual(sys.commands, ["greet 'a b'"])
  assert.deepEqual(
    codeOf(() => sys.run(['other'])),
    ['sys/program-missing', undefined],
  )
})

test('FakeSys.fault makes one change fail and leaves the file as it was', () => {
  const sys = new FakeSys({ files: { '/a': 'old' } })
  sys.fault = (operation, path) => (operation === 'write' && path === '/a' ? 'ENOSPC' : undefined)
  assert.deepEqual(
    codeOf(() => sys.writeFile('/a', 'new')),
    ['sys/no-space', 'ENOSPC'],
  )
  assert.equal(sys.readText('/a'), 'old')
})

test('FakeSys.watch() gives its lines, then lets the time pass', async () => {
  const sys = new FakeSys()
  sys.addWatch(['uevent'], ['add vda'])
  const watcher = sys.watch(['uevent'])
  assert.equal(await watcher.nextLine(1000), 'add vda')
  assert.equal(sys.uptimeMs(), 0)
  assert.equal(await watcher.nextLine(1000), undefined)
  assert.equal(sys.uptimeMs(), 1000)
  watcher.stop()
  assert.equal(watcher.ended, true)
})

test('mustRun() names the command, its end and the last lines, without secrets', () => {
  const sys = new FakeSys()
  sys.addProgram('passwd', () => ({ code: 2, stderr: 'no\nhash $6$x is bad\n' }))
  assert.throws(
    () => sys.mustRun(['passwd', '$6$x', 'it is'], { secrets: ['$6$x'], hint: 'Try again' }),
    (error) => {
      assert.ok(error instanceof AfloatError)
      assert.equal(error.code, 'sys/command-failed')
      assert.equal(
        error.message,
        "Command failed with exit code 2: passwd '(hidden)' 'it is'\nno\nhash (hidden) is bad",
      )
      assert.equal(error.hint, 'Try again')
      return true
    },
  )
})
