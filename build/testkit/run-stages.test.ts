import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { repoDir } from '../paths.ts'
import { runCommand } from './processes.ts'
import { runStages } from './run-stages.ts'
import type { Stage } from './stages.ts'

const stage = (name: string, run: Stage['run']): Stage => ({ name, run })
const noProc = existsSync('/proc/self/environ') ? false : 'needs /proc'
const passing = stage('first', async () => ({ passed: 3, failed: 0, skipped: 1 }))

async function run(stages: Stage[], only?: string): Promise<{ code: number; printed: string }> {
  const lines: string[] = []
  const print = (line: string) => void lines.push(line)
  const code = await runStages(stages, { seed: 5, soak: false, only, print })
  return { code, printed: lines.join('\n').replaceAll(/\d+\.\d s/g, '0.0 s') }
}

describe('runStages()', () => {
  it('prints each stage, a table and, as the last line, the sum', async () => {
    assert.deepEqual(await run([passing, { ...passing, name: 'second' }]), {
      code: 0,
      printed: `Seed 5

── first
first: 3 passed, 0 failed, 1 skipped in 0.0 s

── second
second: 3 passed, 0 failed, 1 skipped in 0.0 s

stage        passed  failed  skipped    time
first             3       0        1    0.0 s
second            3       0        1    0.0 s

6 passed, 0 failed, 2 skipped`,
    })
  })

  it('runs the stages after a failed one, and tells how to repeat the run', async () => {
    const failing = stage('second', async () => ({ passed: 0, failed: 2, skipped: 0 }))
    const { code, printed } = await run([failing, passing])
    assert.equal(code, 1)
    assert.match(printed, /\n\nRepeat with --seed 5\n\n3 passed, 2 failed, 1 skipped$/)
  })

  it('counts a stage that throws as failed', async () => {
    const throwing = stage('second', async () => Promise.reject(new Error('Cannot start')))
    const { code, printed } = await run([throwing])
    assert.equal(code, 1)
    assert.match(printed, /^✖ Cannot start$/m)
  })

  it('counts a stage without any test as failed', async () => {
    const empty = stage('second', async () => ({ passed: 0, failed: 0, skipped: 0 }))
    const { code, printed } = await run([passing, empty])
    assert.equal(code, 1)
    assert.match(printed, /^✖ No test was run$/m)
  })

  it('fails when no test file has the pattern in its path', async () => {
    const { code, printed } = await run([{ ...passing, suite: 'unit' }], 'no such file')
    assert.equal(code, 1)
    assert.match(printed, /^✖ No test file has "no such file" in its path$/m)
  })

  it('ends processes that a stage leaves running, and counts that as failed', { skip: noProc }, async () => {
    const leaving = stage('second', async () => {
      const options = { cwd: '/', env: process.env, quiet: false, deadlineMs: 60_000 }
      await runCommand(['sh', '-c', 'sleep 61 >/dev/null 2>&1 &'], options)
      return { passed: 1, failed: 0, skipped: 0 }
    })
    const { code, printed } = await run([leaving])
    assert.equal(code, 1)
    assert.match(printed, /^✖ Left running: sleep 61$/m)
  })

  it('ends everything it has started when it is interrupted', { skip: noProc }, async () => {
    const script = join(repoDir, 'build/testkit/fixtures/interruptible.ts')
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
    let printed = ''
    const ended = new Promise((resolve) => child.on('close', resolve))
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (data) => {
        printed += data
        if (printed.includes('sleeps as')) resolve()
      })
    })
    child.kill('SIGINT')
    assert.equal(await ended, 130)
    const pid = /sleeps as (\d+)/.exec(printed)?.[1]
    for (let waits = 0; runs(pid) && waits < 20; waits++) await sleep(50)
    assert.equal(runs(pid), false)
  })
})

/** A process that has ended may stay in /proc until it is waited for; its command line is empty then. */
function runs(pid: string | undefined): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== ''
  } catch {
    return false
  }
}
