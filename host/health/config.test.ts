import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../sys/fake-sys.ts'
import { healthConfigPath, readHealthConfig } from './config.ts'

const machine = (text: string) => new FakeSys({ files: { [healthConfigPath]: text } })

test('readHealthConfig() asks for a whole boot where there is no configuration', () => {
  assert.deepEqual(readHealthConfig(new FakeSys()), { settleSec: 60, checks: [] })
})

test('readHealthConfig() reads what the machine must do', () => {
  const health = [{ unit: 'web.service', url: 'http://127.0.0.1:80/ok' }, { unit: 'db.service' }]
  const sys = machine(JSON.stringify({ server: 'x', settleSec: 90, health }))
  assert.deepEqual(readHealthConfig(sys), { settleSec: 90, checks: health })
  assert.deepEqual(sys.logged, [])
})

test('readHealthConfig() leaves out what it cannot use, and says so', () => {
  const health = [
    { unit: 'web.service' },
    { unit: '--all' },
    { unit: 'a.service', url: 'file:///etc/shadow' },
    7,
  ]
  const sys = machine(JSON.stringify({ settleSec: 'soon', health }))
  assert.deepEqual(readHealthConfig(sys), { settleSec: 60, checks: [{ unit: 'web.service' }] })
  assert.equal(sys.logged.length, 4)
  for (const text of ['{', 'null', '[]']) assert.equal(readHealthConfig(machine(text)).settleSec, 60, text)
})
