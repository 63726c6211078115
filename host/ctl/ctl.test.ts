import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Life } from '../softreboot/life.ts'
import { FakeSys } from '../sys/fake-sys.ts'
import { answerRequest, readRequest, type UpdateAnswer } from '../update/request.ts'
import type { UpdateStatus } from '../update/status.ts'
import { formatBoots } from './commands/boots.ts'
import { commands } from './commands/index.ts'
import { findLife } from './commands/logs.ts'
import { formatPins } from './commands/pins.ts'
import { formatStatus } from './commands/status.ts'
import { formatSurvivors } from './commands/survivors.ts'
import { ctl } from './ctl.ts'
import { formatProgress } from './progress.ts'

/** A machine whose agent answers at once; what it was asked for is in `asked`. */
function machine(answer: Omit<UpdateAnswer, 'id'> = { outcome: 'nothing' }, uid = 0) {
  const sys = new FakeSys({
    files: { '/proc/self/status': `Name:\tqjs\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\n` },
  })
  const asked: unknown[] = []
  sys.addProgram('systemctl', ([verb]) => {
    if (verb === 'is-active') return { code: 3, stdout: 'inactive\n' }
    const request = readRequest(sys)
    if (request !== undefined) {
      asked.push([request.kind, request.retry])
      answerRequest(sys, request, answer)
    }
    return {}
  })
  return { sys, asked }
}

test('afloatctl suggests the nearest name, and exits with 2', () => {
  const cases: [string[], string, string][] = [
    [['stauts'], 'Unknown command "stauts"', 'Did you mean "status"?'],
    [['zzzzzz'], 'Unknown command "zzzzzz"', 'See afloatctl --help'],
    [['logs', '--bot', '1'], 'Unknown option "--bot"', 'Did you mean "--boot"?'],
    [['logs', '--boot'], 'Option "--boot" needs N', 'See afloatctl logs --help'],
    [['update', '--retry=yes'], 'Option "--retry" takes no value', 'See afloatctl update --help'],
    [['boots', 'all'], 'Unknown argument "all"', 'See afloatctl boots --help'],
    [['help', 'bots'], 'Unknown command "bots"', 'Did you mean "boots"?'],
  ]
  for (const [args, message, hint] of cases) {
    const { sys } = machine()
    assert.equal(ctl(sys, args), 2)
    assert.deepEqual(sys.logged, [`${message} (ctl/usage)\n${hint}`])
  }
})

test('afloatctl explains each command', () => {
  for (const { name } of commands) {
    const { sys } = machine()
    assert.equal(ctl(sys, [name, '--help']), 0)
    assert.match(sys.printed[0] ?? '', new RegExp(`^Usage: afloatctl ${name}`))
  }
  const { sys } = machine()
  assert.equal(ctl(sys, []), 0)
  for (const { name } of commands) assert.ok(sys.printed[0]?.includes(`  ${name} `), name)
})

test('afloatctl needs root, and says so in JSON too', () => {
  const { sys } = machine({ outcome: 'nothing' }, 1000)
  assert.equal(ctl(sys, ['check', '--json']), 77)
  assert.equal(JSON.parse(sys.printed[0]!).error.code, 'ctl/not-root')
})

test('afloatctl asks the agent, and its exit code says what came of it', () => {
  const failed = (code: string): Omit<UpdateAnswer, 'id'> => ({
    outcome: 'failed',
    error: { code, message: 'm', atMs: 0 },
  })
  const cases: [string[], Omit<UpdateAnswer, 'id'>, number, unknown][] = [
    [['check'], { outcome: 'available', version: '1.1.0' }, 0, ['check', false]],
    [['check'], { outcome: 'nothing' }, 6, ['check', false]],
    [['update', '--retry'], { outcome: 'switching', version: '1.1.0' }, 0, ['update', true]],
    [['update', '--no-follow'], { outcome: 'switching', version: '1.1.0' }, 0, ['update', false]],
    [['update'], failed('release/bad-signature'), 7, ['update', false]],
    [['update'], failed('update/unreachable'), 1, ['update', false]],
    [['rollback'], failed('update/no-other-release'), 4, ['rollback', false]],
    [['plan'], { outcome: 'planned', version: '1.1.0' }, 0, ['plan', false]],
  ]
  for (const [args, answer, code, request] of cases) {
    const { sys, asked } = machine(answer)
    assert.equal(ctl(sys, args), code, args.join(' '))
    assert.deepEqual(asked, [request])
  }
})

test('afloatctl prints one versioned object with --json', () => {
  const { sys } = machine({ outcome: 'available', version: '1.1.0' })
  ctl(sys, ['check', '--json'])
  assert.deepEqual(
    sys.printed.map((line) => JSON.parse(line)),
    [{ apiVersion: 'afloat/v1', kind: 'UpdateResult', outcome: 'available', version: '1.1.0' }],
  )
})

test('afloatctl says that the agent has failed to answer', () => {
  const { sys } = machine()
  sys.addProgram('systemctl', ([verb]) => (verb === 'is-active' ? { code: 3, stdout: 'failed\n' } : {}))
  sys.addProgram('journalctl', () => ({ stdout: 'ReferenceError: x\n' }))
  assert.equal(ctl(sys, ['update']), 1)
  assert.match(sys.logged[0] ?? '', /ReferenceError: x \(update\/tool-failed\)/)
})

const life = (change: Partial<Life>): Life => ({
  id: 'b-0',
  bootId: 'b',
  softReboots: 0,
  version: '1.0.0',
  slot: 'a',
  cause: 'power-on',
  startedAtMs: Date.UTC(2026, 10, 20, 12),
  survivors: [],
  ...change,
})

test('formatBoots() lists lives, the running one with number 0', () => {
  const lives = [
    life({}),
    life({
      id: 'b-1',
      softReboots: 1,
      version: '1.1.0',
      slot: 'b',
      cause: 'soft-reboot',
      startedAtMs: Date.UTC(2026, 10, 20, 13),
      interruptionMs: 15_400,
      survivors: ['web', 'db'],
      outcome: { result: 'failed', reason: 'web.service is failed', code: 'health/unit-not-active', atMs: 0 },
    }),
  ]
  assert.deepEqual(formatBoots(lives), [
    'NUMBER  STARTED                  VERSION  SLOT  CAUSE        INTERRUPTION  SURVIVORS  OUTCOME',
    '-1      2026-11-20 12:00:00 UTC  1.0.0    a     power-on     -             -          -',
    '0       2026-11-20 13:00:00 UTC  1.1.0    b     soft-reboot  15 s          web,db     failed: web.service is failed',
  ])
})

test('findLife() counts back from the running life', () => {
  const lives = [life({}), life({}), life({})]
  assert.deepEqual(
    ['0', '-1', '-2'].map((text) => findLife(lives, text)),
    [2, 1, 0],
  )
  for (const text of ['-3', '1', 'x', ''])
    assert.throws(() => findLife(lives, text), /there is no such boot/, text)
  assert.throws(() => findLife([], '0'), /there is no such boot/)
})

test('afloatctl logs shows just one life', () => {
  const { sys } = machine()
  const lines = [life({}), life({ id: 'b-1', softReboots: 1, startedAtMs: Date.UTC(2026, 10, 20, 13) })]
  sys.addFile(
    '/var/lib/afloat/lives.jsonl',
    lines.map((one) => `${JSON.stringify({ kind: 'life', ...one })}\n`).join(''),
  )
  sys.addProgram('journalctl', (args) => ({ stdout: `${args.join(' ')}\n` }))
  assert.equal(ctl(sys, ['logs', '--boot=-1', '--', '-u', 'web']), 0)
  assert.equal(sys.output, '--no-pager --boot=b --until=@1795179600.000 -u web\n')
})

test('formatStatus() says where an update stands, and what to do about the last error', () => {
  const status: UpdateStatus = {
    apiVersion: 'afloat/v1',
    kind: 'UpdateStatus',
    running: { version: '1.0.0', rootHash: 'ab', slot: 'a' },
    softReboots: 2,
    state: 'writing',
    target: '1.1.0',
    progress: {
      step: 'write',
      version: '1.1.0',
      bytesDone: 50 * 2 ** 20,
      bytesTotal: 200 * 2 ** 20,
      atMs: 0,
    },
    config: {
      server: 'https://u/',
      group: 'stable',
      strategy: 'auto',
      automatic: true,
      keys: 1,
      windows: [],
    },
    lastCheckAt: '2026-11-20T12:00:00.000Z',
    offered: '1.1.0',
    lastError: {
      code: 'update/stalled',
      message: 'Too slow',
      hint: 'Check the network',
      at: '2026-11-20T12:01:00.000Z',
    },
    failed: [{ version: '0.9.9', reason: 'x', at: '2026-11-19T12:00:00.000Z' }],
  }
  assert.deepEqual(formatStatus(status), [
    'Running:          1.0.0 (slot a, soft-rebooted 2 times)',
    'Other slot:       holds no release',
    'Update:           1.1.0 is being fetched: 25 % (50.0 MiB of 200.0 MiB)',
    'Server:           https://u/ (group stable, installed automatically, strategy auto)',
    'Last check:       2026-11-20 12:00:00 UTC',
    'Offered:          1.1.0',
    'Not tried again:  0.9.9',
    'Last error:       Too slow (update/stalled, 2026-11-20 12:01:00 UTC)',
    'Remedy:           Check the network',
  ])
})

test('formatPins() and formatSurvivors() say when there is nothing', () => {
  assert.deepEqual(formatPins([]), ['Nothing holds a release that no longer runs'])
  assert.deepEqual(formatSurvivors([], []), ['Nothing is set to survive a soft reboot'])
})

test('formatSurvivors() adds each finding with its remedy', () => {
  const lines = formatSurvivors(
    [{ unit: 'web.service', name: 'web', kind: 'container', cgroup: '/x', pids: [7], mainPid: 7 }],
    [
      {
        unit: 'web.service',
        code: 'survivors/unmarked',
        text: 'it is not marked',
        remedy: 'Mark it',
        fatal: true,
      },
    ],
  )
  assert.deepEqual(lines, [
    'NAME  KIND       UNIT         PID  SURVIVES',
    'web   container  web.service  7    no',
    '',
    'web.service: it is not marked',
    '  Mark it',
  ])
})

test('formatProgress() gives percent and bytes', () => {
  assert.equal(
    formatProgress({ step: 'write', version: '1.1.0', bytesDone: 500, bytesTotal: 2 ** 21, atMs: 0 }),
    'Fetching 1.1.0: 0 % (1 KiB of 2.0 MiB)',
  )
  assert.equal(formatProgress({ step: 'check', atMs: 0 }), 'Asking the server')
})
