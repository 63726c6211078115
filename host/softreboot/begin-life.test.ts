import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashA, hashB, slotMachine } from '../slots/test-machine.ts'
import type { FakeSys } from '../sys/fake-sys.ts'
import { beginLife, bootedPath } from './begin-life.ts'
import { writeEnding } from './ending.ts'
import { readLives } from './lives.ts'
import { writeTrial, writeVerdict } from './trial.ts'
import { writeHistory } from './write-history.ts'

const bootId = '36cdf63b-6a86-44de-856e-e5b416f5b709'
const bare = bootId.replaceAll('-', '')

function machine(softReboots: number): FakeSys {
  const sys = slotMachine()
  sys.addFile('/proc/sys/kernel/random/boot_id', `${bootId}\n`)
  sys.addFile('/usr/lib/afloat/release.json', '{"version":"1.0.0"}')
  sys.makeDirs('/var/lib/afloat')
  sys.addProgram('getfattr')
  sys.addProgram('systemctl', (args) => {
    if (args.includes('--property=SoftRebootsCount')) return { stdout: `${softReboots}\n` }
    if (!args.includes('--timestamp=us+utc')) return { stdout: '' }
    return {
      stdout:
        'UserspaceTimestamp=Fri 2026-11-20 12:06:10.908416 UTC\nShutdownStartTimestamp=Fri 2026-11-20 12:06:08.601670 UTC\n',
    }
  })
  if (softReboots > 0) sys.addFile(bootedPath, '{"version":"1.1.0"}')
  sys.mustRun([
    'dmsetup',
    'create',
    'usr-bbbbbbbb',
    '--table',
    `0 8 verity 1 254:4 254:5 4096 4096 1 1 sha256 ${hashB} 00`,
  ])
  return sys
}

const trial = {
  version: '1.0.0',
  rootHash: hashA,
  slot: 'a',
  from: { version: '1.1.0', rootHash: hashB, slot: 'b' },
  action: 'soft-reboot',
  startedAtMs: 0,
  settleSec: 60,
} as const

test('the first life keeps what the kernel came from, and starts no program: the boot waits for it', () => {
  const sys = machine(0)
  const { length } = sys.commands
  assert.equal(beginLife(sys), true)
  assert.equal(sys.readText(bootedPath), '{"version":"1.0.0"}')
  assert.equal(sys.commands.length, length)
})

test('the first life writes itself down', () => {
  const sys = machine(0)
  writeHistory(sys)
  const [life, ...others] = readLives(sys)
  assert.deepEqual(others, [])
  assert.deepEqual(
    [life?.cause, life?.version, life?.slot, life?.rootHash],
    ['power-on', '1.0.0', 'a', hashA],
  )
})

test('a life after a soft reboot clears markers, and lets the release before go', () => {
  const sys = machine(1)
  for (const path of ['/run/reboot-required', '/run/update_engine_autoupdate_completed', '/run/kept'])
    sys.addFile(path, '')
  sys.makeDirs('/run/nextroot')
  assert.equal(beginLife(sys), true)
  assert.deepEqual(
    sys.list('/run')?.filter((name) => name !== 'afloat'),
    ['kept'],
  )
  assert.ok(sys.commands.includes('dmsetup remove usr-bbbbbbbb'))
  assert.equal(sys.readText(bootedPath), '{"version":"1.1.0"}')
})

test('a life after a soft reboot knows when the one before ended', () => {
  const sys = machine(1)
  writeHistory(sys)
  const life = readLives(sys)[0]
  assert.deepEqual([life?.id, life?.cause], [`${bare}-1`, 'soft-reboot'])
  assert.equal(life?.startedAtMs, Date.UTC(2026, 10, 20, 12, 6, 10, 908))
  assert.equal(life?.previousEndedAtMs, Date.UTC(2026, 10, 20, 12, 6, 8, 601))
})

test('while a release is on trial, the one before stays open; after the verdict it goes', () => {
  const sys = machine(1)
  writeTrial(sys, trial)
  beginLife(sys)
  assert.ok(!sys.commands.includes('dmsetup remove usr-bbbbbbbb'))
  writeVerdict(sys, { version: '1.0.0', rootHash: hashA, outcome: 'good', reason: '', code: '', atMs: 1 })
  beginLife(sys)
  assert.ok(sys.commands.includes('dmsetup remove usr-bbbbbbbb'))
})

test('a device that is still in use is reported, and does not fail the life', () => {
  const sys = machine(1)
  sys.addProgram('dmsetup', ([verb]) => {
    if (verb === 'table')
      return { stdout: `usr-bbbbbbbb: 0 8 verity 1 254:4 254:5 4096 4096 1 1 sha256 ${hashB} 00\n` }
    return verb === 'info'
      ? { stdout: 'usr-bbbbbbbb 253 1\n' }
      : { code: 1, stderr: 'Device or resource busy' }
  })
  assert.equal(beginLife(sys), true)
  assert.match(sys.logged.join('\n'), /usr-bbbbbbbb .* still in use/)
})

test('one part that fails does not keep the others from their work', () => {
  const sys = machine(1)
  sys.addFile('/run/reboot-required', '')
  sys.fault = (operation, path) =>
    operation === 'remove' && path === '/run/reboot-required' ? 'EIO' : undefined
  assert.equal(beginLife(sys), false)
  assert.match(sys.logged.join('\n'), /Cannot clear markers/)
  assert.ok(sys.commands.includes('dmsetup remove usr-bbbbbbbb'))
})

test('a life is written once', () => {
  const sys = machine(1)
  writeHistory(sys)
  writeHistory(sys)
  assert.equal(readLives(sys).length, 1)
})

test('a life that began by reboot learns from the note when the one before ended', () => {
  const sys = machine(0)
  writeHistory(sys)
  writeEnding(sys, { bootId: bare, softReboots: 0, target: 'reboot', atMs: 1234 })
  sys.addFile('/proc/sys/kernel/random/boot_id', `${'f'.repeat(8)}${bootId.slice(8)}\n`)
  writeHistory(sys)
  const life = readLives(sys).at(-1)
  assert.deepEqual([life?.cause, life?.previousEndedAtMs], ['reboot', 1234])
})
