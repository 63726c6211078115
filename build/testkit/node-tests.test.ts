import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { runNodeTests } from './node-tests.ts'

const fixture = (name: string) => `build/testkit/fixtures/${name}.ts`

describe('runNodeTests()', () => {
  const run = async (names: string[], deadlineMs = 60_000) => {
    let printed = ''
    const tally = await runNodeTests(names.map(fixture), {
      env: { ...process.env, AFLOAT_SEED: '1' },
      concurrency: 1,
      testDeadlineMs: 60_000,
      deadlineMs,
      terse: true,
      print: (text) => (printed += `${text}\n`),
    })
    return { ...tally, printed }
  }

  it('counts what passes and what is skipped, and prints nothing about it', async () => {
    assert.deepEqual(await run(['passing']), { passed: 9, failed: 0, skipped: 3, printed: '' })
  })

  it('prints the place and the error of each failure', async () => {
    const { passed, failed, skipped, failures, printed } = await run(['failing'])
    assert.deepEqual([passed, failed, skipped], [0, 5, 0])
    assert.ok(
      failures?.includes('build/testkit/fixtures/failing.ts:8 rejects late\n    late'),
      String(failures),
    )
    assert.match(printed, /^✖ build\/testkit\/fixtures\/failing\.ts:8 rejects late\n {4}Error: late$/m)
  })

  it('repeats property tests with AFLOAT_SEED', async () => {
    assert.match((await run(['failing'])).printed, /\{ seed: 1, path: /)
  })

  it('counts a file that does not load, with what it printed', async () => {
    const { passed, failed, printed } = await run(['broken', 'passing'])
    assert.deepEqual([passed, failed], [9, 1])
    assert.match(printed, /^ {4}\| Error: broken at load$/m)
  })

  it('counts a file without tests as failed', async () => {
    const { passed, failed, printed } = await run(['empty', 'passing'])
    assert.deepEqual([passed, failed], [9, 1])
    assert.match(printed, /^✖ .*fixtures\/empty\.ts holds no test$/m)
  })

  it('stops at the deadline and names the file that was running', async () => {
    const { passed, failed, printed } = await run(['endless'], 5000)
    assert.deepEqual([passed, failed], [0, 1])
    assert.match(printed, /^Interrupted while running .*endless\.ts$/m)
    assert.match(printed, /^✖ Stopped after 5 s$/m)
  })
})
