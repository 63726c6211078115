import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../sys/fake-sys.ts'
import { forgetFailures } from './forget-failures.ts'

function machine(softReboots: number, failed: Readonly<Record<string, number>>): FakeSys {
  const sys = new FakeSys()
  sys.addProgram('systemctl', (args) => {
    const [verb] = args
    const properties = args.find((arg) => arg.startsWith('--property=')) ?? ''
    if (properties.includes('SoftRebootsCount'))
      return { stdout: `UserspaceTimestampMonotonic=5000\nSoftRebootsCount=${softReboots}\n` }
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
  const sys = machine(1, { 'old.service': 4999, 'new.service': 5001, 'gone.service': 5017 })
  assert.deepEqual(forgetFailures(sys), ['old.service', 'gone.service'])
  assert.deepEqual(resets(sys), ['systemctl reset-failed -- old.service gone.service'])
})

test('forgetFailures() has nothing to forget in the first life of a kernel, or when nothing failed', () => {
  for (const sys of [machine(0, { 'old.service': 1 }), machine(3, {})]) {
    assert.deepEqual(forgetFailures(sys), [])
    assert.deepEqual(resets(sys), [])
  }
})
