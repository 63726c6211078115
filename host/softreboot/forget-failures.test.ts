import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../sys/fake-sys.ts'
import { forgetFailures } from './forget-failures.ts'

function machine(failed: Readonly<Record<string, number>>): FakeSys {
  const sys = new FakeSys()
  sys.addProgram('systemctl', (args) => {
    const [verb] = args
    if (args.includes('--property=UserspaceTimestampMonotonic')) return { stdout: '5000\n' }
    if (verb === 'list-units')
      return {
        stdout: Object.keys(failed)
          .map((name) => `${name} loaded failed failed A unit\n`)
          .join(''),
      }
    if (verb === 'show')
      return {
        stdout: Object.entries(failed)
          .map(
            ([name, at]) =>
              `Id=${name}\nLoadState=${name.startsWith('gone') ? 'not-found' : 'loaded'}\nInactiveEnterTimestampMonotonic=${at}\n`,
          )
          .join('\n'),
      }
    return {}
  })
  return sys
}

const resets = (sys: FakeSys) => sys.commands.filter((line) => line.includes('reset-failed'))

test('forgetFailures() resets what failed before the soft reboot or is not there any more, and nothing else', () => {
  const sys = machine({ 'old.service': 4999, 'new.service': 5001, 'gone.service': 5017 })
  assert.deepEqual(forgetFailures(sys, 1), ['old.service', 'gone.service'])
  assert.deepEqual(resets(sys), ['systemctl reset-failed -- old.service gone.service'])
})

test('forgetFailures() has nothing to forget in the first life of a kernel, or when nothing failed', () => {
  for (const [sys, softReboots] of [
    [machine({ 'old.service': 1 }), 0],
    [machine({}), 3],
  ] as const) {
    assert.deepEqual(forgetFailures(sys, softReboots), [])
    assert.deepEqual(resets(sys), [])
  }
})
