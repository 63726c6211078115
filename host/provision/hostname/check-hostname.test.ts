import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../../sys/fake-sys.ts'
import { failureOf } from '../testing/fake-machine.ts'
import { checkHostname } from './check-hostname.ts'

const check = (text: string) => checkHostname(new FakeSys({ files: { '/etc/hostname': text } }))

test('checkHostname() returns the name of the machine', () => {
  assert.equal(check('# comment\n\n node-1.example.com \n'), 'node-1.example.com')
  assert.equal(check('A'), 'A')
  assert.equal(check(''), undefined)
  assert.equal(checkHostname(new FakeSys()), undefined)
})

test('checkHostname() refuses what systemd would not take', () => {
  for (const name of ['-a', 'a-', 'a..b', 'a.', 'two words', 'ü', 'a/b', 'x'.repeat(65)]) {
    assert.equal(failureOf(() => check(name)).code, 'provision/bad-hostname', name)
  }
})
