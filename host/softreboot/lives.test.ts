import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FakeSys } from '../sys/fake-sys.ts'
import { causeOf, endTargetOf, takeEnding, writeEnding } from './ending.ts'
import type { Life } from './life.ts'
import {
  lifeLogArgs,
  livesPath,
  parseLives,
  readLives,
  recordLife,
  recordOutcome,
  recordUp,
} from './lives.ts'

const boot = '0123456789abcdef'.repeat(2)

function life(softReboots: number, more: Partial<Life> = {}): Life {
  return {
    id: `${boot}-${softReboots}`,
    bootId: boot,
    softReboots,
    version: '1.0.0',
    cause: softReboots === 0 ? 'power-on' : 'soft-reboot',
    startedAtMs: 1_000_000 + softReboots * 60_000,
    survivors: [],
    ...more,
  }
}

function machine(): FakeSys {
  const sys = new FakeSys()
  sys.makeDirs('/var/lib/afloat')
  return sys
}

test('a history is read as it was written, with what came later', () => {
  const sys = machine()
  const [first, second] = [life(0), life(1, { previousEndedAtMs: 1_050_000, survivors: ['web'] })]
  const outcome = { result: 'good', reason: '', code: 'health/good', atMs: 1_100_000 } as const
  recordLife(sys, first)
  recordLife(sys, second)
  recordUp(sys, second.id, 1_070_000)
  recordOutcome(sys, second, outcome)
  assert.deepEqual(readLives(sys), [first, { ...second, upAtMs: 1_070_000, interruptionMs: 20_000, outcome }])
  assert.ok(sys.synced.includes(livesPath))
})

test('a line that a power cut has torn is left out, and does not spoil the next one', () => {
  const sys = machine()
  recordLife(sys, life(0))
  sys.appendText(livesPath, '{"kind":"life","id":"torn","bo')
  recordLife(sys, life(1))
  assert.deepEqual(
    readLives(sys).map(({ softReboots }) => softReboots),
    [0, 1],
  )
})

test('cut anywhere, a history keeps its whole lines', () => {
  const sys = machine()
  for (const count of [0, 1, 2]) recordLife(sys, life(count))
  const text = sys.readText(livesPath)!
  fc.assert(
    fc.property(fc.integer({ min: 0, max: text.length }), (end) => {
      const whole = text.slice(0, end).split('\n').length - 1
      // the last line may be whole but for its end
      assert.ok([whole, whole + 1].includes(parseLives(text.slice(0, end)).length))
    }),
  )
})

test('parseLives() takes any text', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseLives(text)))
  assert.deepEqual(
    parseLives('{}\n{"kind":"up","id":"x","upAtMs":1}\n[1]\nnull\n{"kind":"life","id":1}\n'),
    [],
  )
})

test('an interruption is not known when the clock was set back', () => {
  const sys = machine()
  recordLife(sys, life(1, { previousEndedAtMs: 2_000_000 }))
  recordUp(sys, life(1).id, 1_900_000)
  assert.equal(readLives(sys)[0]?.interruptionMs, undefined)
})

test('lifeLogArgs() cuts a boot into its lives', () => {
  assert.deepEqual(lifeLogArgs(life(0), undefined), [`--boot=${boot}`])
  assert.deepEqual(lifeLogArgs(life(0), life(1)), [`--boot=${boot}`, '--until=@1060.000'])
  assert.deepEqual(lifeLogArgs(life(1), life(2)), [
    `--boot=${boot}`,
    '--since=@1060.000',
    '--until=@1120.000',
  ])
  assert.deepEqual(lifeLogArgs(life(2), life(0, { bootId: 'f'.repeat(32) })), [
    `--boot=${boot}`,
    '--since=@1120.000',
  ])
})

test('endTargetOf() finds where systemd is going', () => {
  const jobs = (name: string) =>
    `  812 ssh.socket stop done\n  801 ${name} start waiting\n  799 shutdown.target start waiting\n`
  assert.equal(endTargetOf(jobs('soft-reboot.target')), 'soft-reboot')
  assert.equal(endTargetOf(jobs('reboot.target')), 'reboot')
  assert.equal(endTargetOf(jobs('poweroff.target')), 'poweroff')
  assert.equal(endTargetOf('  801 reboot.target stop waiting\n'), undefined)
  assert.equal(endTargetOf(''), undefined)
})

test('causeOf() believes the kernel before a note, and a note before nothing', () => {
  const next = { bootId: 'f'.repeat(32), softReboots: 0 }
  const ending = (target: 'soft-reboot' | 'kexec' | 'reboot' | 'poweroff', bootId = boot) => ({
    bootId,
    softReboots: 0,
    target,
    atMs: 0,
  })
  assert.equal(causeOf(next, undefined, undefined), 'power-on')
  assert.equal(causeOf(next, undefined, life(0)), 'unknown')
  assert.equal(causeOf(next, ending('reboot'), life(0)), 'reboot')
  assert.equal(causeOf(next, ending('kexec'), life(0)), 'kexec')
  assert.equal(causeOf(next, ending('poweroff'), life(0)), 'power-on')
  assert.equal(causeOf(next, ending('reboot', 'e'.repeat(32)), life(0)), 'unknown')
  // the power failed during the switch
  assert.equal(causeOf(next, ending('soft-reboot'), life(0)), 'unknown')
  assert.equal(causeOf({ bootId: boot, softReboots: 1 }, undefined, life(0)), 'soft-reboot')
})

test('a note on the end is for one life', () => {
  const sys = machine()
  const note = { bootId: boot, softReboots: 0, target: 'reboot', atMs: 5 } as const
  writeEnding(sys, note)
  assert.deepEqual(takeEnding(sys), note)
  assert.equal(takeEnding(sys), undefined)
})
