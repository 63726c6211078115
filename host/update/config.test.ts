import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AfloatError } from '@afloat/report'
import { parseConfig } from './config.ts'

const good = { apiVersion: 'afloat/v1', server: 'https://updates.example.org/v1/update/' }
const key = `${'A'.repeat(42)}E=`

test('parseConfig() fills in what a configuration leaves out', () => {
  assert.deepEqual(parseConfig(JSON.stringify(good)), {
    server: good.server,
    group: 'stable',
    publicKeys: [],
    strategy: 'auto',
    kexec: false,
    automatic: true,
    windows: [],
    settleSec: 60,
    health: [],
  })
})

test('parseConfig() takes keys and health checks', () => {
  const health = [{ unit: 'web.service', url: 'http://127.0.0.1/' }, { unit: 'db.service' }]
  const config = parseConfig(JSON.stringify({ ...good, publicKeys: [key], health, settleSec: 0.5 }))
  assert.equal(config.publicKeys[0]?.length, 32)
  assert.deepEqual(config.health, health)
})

test('parseConfig() says what it cannot use, and what it expected', () => {
  const cases: [unknown, string][] = [
    ['text', 'the file: expected an object'],
    [{ ...good, apiVersion: 'afloat/v2' }, 'apiVersion: expected "afloat/v1"'],
    [{ ...good, server: 'file:///etc/passwd' }, 'server: expected an http: or https: URL'],
    [{ ...good, server: 'http://a"b' }, 'server: expected an http: or https: URL'],
    [{ ...good, group: 'two words' }, 'group: expected a word'],
    [{ ...good, strategy: 'never' }, 'strategy: expected one of auto, soft-required, reboot'],
    [{ ...good, settleSec: 0 }, 'settleSec: expected seconds, up to 86400'],
    [{ ...good, automatic: 'yes' }, 'automatic: expected true or false'],
    [{ ...good, publicKeys: key }, 'publicKeys: expected a list'],
    [
      { ...good, publicKeys: ['abc'] },
      'publicKeys.0: expected an ed25519 public key: base64 of 32 bytes, or PEM',
    ],
    [
      { ...good, windows: [{ start: 'never', durationSec: 3600 }] },
      'windows.0.start: expected days and a time of day, as in "Mon-Fri 02:00"',
    ],
    [
      { ...good, windows: [{ start: '02:00', durationSec: 60 }] },
      'windows.0.durationSec: expected seconds, 900 to 604800',
    ],
    [
      { ...good, windows: [{ start: '02:00', durationSec: 3600, timezone: '../../etc' }] },
      'windows.0.timezone: expected the name of a time zone',
    ],
    [{ ...good, health: [{}] }, 'health.0.unit: expected the name of a unit'],
  ]
  for (const [value, expected] of cases) {
    assert.throws(
      () => parseConfig(JSON.stringify(value)),
      (error) =>
        error instanceof AfloatError &&
        error.message === `Cannot use /etc/afloat/update.json: ${expected}` &&
        error.hint !== undefined,
      expected,
    )
  }
  assert.throws(() => parseConfig('{'), /the file: expected JSON/)
})
