import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeDataUrl, decodeUtf8 } from '@afloat/ignition'
import fc from 'fast-check'
import { compileConfig } from '../../compile-config.ts'
import { parseDuration } from './parse-duration.ts'

const HEAD = 'variant: afloat\nversion: 1.0.0\n'
const KEY = 'Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE='
const PEM = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----`

function updateFile(text: string): { path: string; mode: number; value: unknown } {
  const { ignition, report } = compileConfig(HEAD + text)
  assert.equal(report.hasErrors, false, JSON.stringify(report.diagnostics))
  const { path, contents, mode } = ignition!.storage!.files![0]!
  return { path, mode: mode!, value: JSON.parse(decodeUtf8(decodeDataUrl(contents!.source!)!)!) }
}

/** Code, path, place and hint of each finding for an `updates:` with these lines in place of the usual ones. */
function entries(change: Record<string, string>): string[] {
  const lines = { server: 'http://updates.test', public_keys: `[${KEY}]`, ...change }
  const body = Object.entries(lines)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `  ${key}: ${value}\n`)
  return compileConfig(`${HEAD}updates:\n${body.join('')}`).report.diagnostics.map(
    ({ code, path, line, column, hint }) =>
      `${code.replace('butane/', '')} ${path} ${line}:${column}${hint === undefined ? '' : ` ${hint}`}`,
  )
}

test('updates become the file that the update agent reads, defaults written out', () => {
  assert.deepEqual(
    updateFile(`updates: {server: "http://10.0.2.100:8080/v1/update/", public_keys: [${KEY}]}`),
    {
      path: '/etc/afloat/update.json',
      mode: 0o644,
      value: {
        apiVersion: 'afloat/v1',
        kind: 'UpdateConfig',
        server: 'http://10.0.2.100:8080/v1/update/',
        group: 'stable',
        publicKeys: [KEY],
        strategy: 'auto',
        kexec: false,
        automatic: true,
        settleSec: 60,
        health: [],
      },
    },
  )
})

test('updates take every key, and public keys as PEM', () => {
  const { value } = updateFile(`updates:
  server: https://updates.test/v1/update/
  group: shops
  channel: beta
  public_keys:
    - |
${PEM.replaceAll(/^/gm, '      ')}
    - ${KEY}
  strategy: soft-required
  kexec: true
  settle: 1m30s
  windows:
    - {start: "Mon-Fri 02:00", duration: 2h}
    -
    - {start: 04:30, duration: 1h30m, timezone: Europe/Berlin}
  health:
    - unit: web.service
      url: http://127.0.0.1:8080/health?deep=1
    - unit: backup@nightly.timer
`)
  assert.deepEqual(value, {
    apiVersion: 'afloat/v1',
    kind: 'UpdateConfig',
    server: 'https://updates.test/v1/update/',
    group: 'shops',
    channel: 'beta',
    publicKeys: [KEY, KEY],
    strategy: 'soft-required',
    kexec: true,
    automatic: true,
    windows: [
      { start: 'Mon-Fri 02:00', durationSec: 7200, timezone: 'UTC' },
      { start: '04:30', durationSec: 5400, timezone: 'Europe/Berlin' },
    ],
    settleSec: 90,
    health: [
      { unit: 'web.service', url: 'http://127.0.0.1:8080/health?deep=1' },
      { unit: 'backup@nightly.timer' },
    ],
  })
})

test('updates that cannot work are errors at their place', () => {
  const rows: [change: Record<string, string>, expected: string][] = [
    [{ server: '' }, 'update-server-missing $.updates.server 4:3 Add server: with its URL'],
    [{ server: 'updates.test' }, 'bad-http-url $.updates.server 4:11 Write http:// or https:// in front'],
    [{ server: 'ftp://updates.test' }, 'bad-http-url $.updates.server 4:11'],
    [{ server: '"https://up dates.test"' }, 'bad-http-url $.updates.server 4:11'],
    [{ server: 'https://updates.test:99999/' }, 'bad-http-url $.updates.server 4:11'],
    [{ server: 'https:///v1' }, 'bad-http-url $.updates.server 4:11'],
    [{ group: 'my shops' }, 'bad-update-word $.updates.group 6:10'],
    [{ channel: '"\\u0001"' }, 'bad-update-word $.updates.channel 6:12'],
    [
      { public_keys: '' },
      'public-key-missing $.updates.public_keys 4:3 Add public_keys: with the line that afloat key generate prints',
    ],
    [
      { public_keys: '[]' },
      'public-key-missing $.updates.public_keys 5:16 Add public_keys: with the line that afloat key generate prints',
    ],
    [
      { public_keys: '[AAAA]' },
      'bad-public-key $.updates.public_keys.0 5:17 Take the content of the .pub file',
    ],
    [
      { public_keys: '["-----BEGIN PRIVATE KEY-----"]' },
      'bad-public-key $.updates.public_keys.0 5:17 Take the .pub file, and make a new pair: this one was shown',
    ],
    [{ strategy: 'soft-requird' }, 'bad-strategy $.updates.strategy 6:13 Write soft-required'],
    [{ strategy: 'never' }, 'bad-strategy $.updates.strategy 6:13 Write auto'],
    [{ settle: '60' }, 'bad-duration $.updates.settle 6:11 Write 60s'],
    [{ settle: '1 minute' }, 'bad-duration $.updates.settle 6:11 Write 60s'],
    [{ settle: '0s' }, 'settle-out-of-range $.updates.settle 6:11'],
    [{ settle: '25h' }, 'settle-out-of-range $.updates.settle 6:11'],
    [{ health: '[{url: "http://127.0.0.1"}]' }, 'health-unit-missing $.updates.health.0.unit 6:12 Add unit:'],
    [{ health: '[{unit: web}]' }, 'bad-health-unit $.updates.health.0.unit 6:19 Write web.service'],
    [{ health: '[{unit: web.servce}]' }, 'bad-health-unit $.updates.health.0.unit 6:19 Write web.service'],
    [
      { health: '[{unit: web@.service}]' },
      'bad-health-unit $.updates.health.0.unit 6:19 Name an instance of the template',
    ],
    [
      { health: '[{unit: /usr/bin/web}]' },
      'bad-health-unit $.updates.health.0.unit 6:19 The service of a container is its name and .service',
    ],
    [
      { health: '[{unit: web.service, url: "127.0.0.1:80"}]' },
      'bad-http-url $.updates.health.0.url 6:37 Write http:// or https:// in front',
    ],
    [{ servers: 'x' }, 'unknown-key $.updates.servers 6:3 Write "server"'],
    [{ kexec: 'maybe' }, 'wrong-type $.updates.kexec 6:10'],
  ]
  for (const [change, expected] of rows) {
    const found = entries(change)
    assert.equal(found.length, 1, JSON.stringify([change, found]))
    assert.ok(found[0]!.startsWith(expected), `${found[0]}, expected ${expected}`)
  }
  assert.deepEqual(entries({}), [])
  assert.match(compileConfig(`${HEAD}update: {}\n`).report.diagnostics[0]?.hint ?? '', /"updates"/)
})

test('windows that cannot work are errors at their place', () => {
  const rows: [window: string, ...expected: string[]][] = [
    ['{start: "02:00", duration: 168h}'],
    [
      '{}',
      'key-missing $.updates.windows.0.start 6:13 Add start:',
      'key-missing $.updates.windows.0.duration 6:13 Add duration:',
    ],
    [
      '{start: 4:00, duration: 1h}',
      'bad-window-start $.updates.windows.0.start 6:21 Write the hour with two digits: 04:00',
    ],
    [
      '{start: Monday 04:00, duration: 1h}',
      'bad-window-start $.updates.windows.0.start 6:21 Write days as Mon, Tue, Wed, Thu, Fri, Sat and Sun',
    ],
    ['{start: "25:00", duration: 1h}', 'bad-window-start $.updates.windows.0.start 6:21'],
    ['{start: "02:00", duration: 2 h}', 'bad-duration $.updates.windows.0.duration 6:40 Write 2h'],
    ['{start: "02:00", duration: 14m}', 'duration-out-of-range $.updates.windows.0.duration 6:40'],
    ['{start: "02:00", duration: 169h}', 'duration-out-of-range $.updates.windows.0.duration 6:40'],
    ['{start: "02:00", duration: 1h, timezone: CET}', 'bad-timezone $.updates.windows.0.timezone 6:54'],
  ]
  for (const [window, ...expected] of rows) assert.deepEqual(entries({ windows: `[${window}]` }), expected)
  assert.deepEqual(entries({ automatic: 'false', windows: '[{start: "02:00", duration: 1h}]' }), [
    'windows-unused $.updates.windows 7:12 Remove the one or the other',
  ])
})

test('a time zone that does not exist is an error where the names are known', {
  skip: typeof Intl === 'undefined',
}, () => {
  assert.deepEqual(entries({ windows: '[{start: "02:00", duration: 1h, timezone: Europe/Berlni}]' }), [
    'bad-timezone $.updates.windows.0.timezone 6:54 Write Europe/Berlin',
  ])
})

test('an error does not show the password in a URL', () => {
  const text = `${HEAD}updates: {server: "ftp://me:secret@updates.test", public_keys: [${KEY}]}\n`
  const { report } = compileConfig(text)
  assert.equal(report.hasErrors, true)
  assert.equal(JSON.stringify(report.diagnostics).includes('secret'), false)
})

test('parseDuration() reads what is written in units', () => {
  fc.assert(
    fc.property(fc.nat(999), fc.nat(999), fc.nat(999), (h, m, s) => {
      assert.equal(parseDuration(`${h}h${m}m${s}s`), h * 3600 + m * 60 + s)
    }),
  )
  for (const text of ['', 's', '1', '1.5s', '-1s', '1s1m', '1s ', '1ms', '1234567s'])
    assert.equal(parseDuration(text), undefined, text)
})
