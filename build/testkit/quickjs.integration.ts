import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { ensureToolsTree, type ToolsTree } from '../tools-tree.ts'
import { runQuickjsTests } from './quickjs-tests.ts'
import { currentSeed } from './seed.ts'

const fixture = (name: string) => `build/testkit/fixtures/${name}.ts`

describe('runQuickjsTests()', () => {
  let tree: ToolsTree
  before(async () => {
    tree = await ensureToolsTree()
  })

  /** Also returns what was printed. */
  const run = async (names: string[], deadlineMs = 60_000) => {
    const lines: string[] = []
    const print = (line: string) => void lines.push(line)
    const options = { tree, seed: currentSeed(), soak: false, deadlineMs, processes: 1, print }
    const tally = await runQuickjsTests(names.map(fixture), options)
    return { ...tally, printed: lines.join('\n') }
  }

  const check = async (names: string[], passed: number, failed: number, skipped: number, printed: RegExp) => {
    const result = await run(names)
    assert.match(result.printed, printed)
    assert.deepEqual(result, { passed, failed, skipped, printed: result.printed })
  }

  it('counts what passes and what is skipped', () => check(['passing'], 9, 0, 3, /^$/))

  it('counts each failed test, and a test around a failed subtest', () =>
    check(
      ['failing'],
      0,
      5,
      0,
      /^not ok 2 .*rejects late\n {4}Error: late\n.*fixtures\/failing\.ts:10:\d+\)$/m,
    ))

  it('goes on after a file that does not load', () =>
    check(['broken', 'passing'], 9, 1, 3, /^not ok 1 - .*broken\.ts\n {4}Error: broken at load/))

  it('goes on after a test that takes too long', () =>
    check(['stuck'], 1, 1, 0, /^not ok 1 - .*waits for ever\n.*Not done after 50 ms/))

  it('fails when the interpreter ends early with exit code 0', () =>
    check(['passing', 'crashing'], 9, 1, 3, /^✖ qjs ended with exit code 0 before all tests were done/))

  it('fails at the deadline', async () => {
    const { failed, printed } = await run(['endless'], 2000)
    assert.equal(failed, 1)
    assert.match(printed, /^✖ qjs ended with signal SIGKILL after 2 s/)
  })
})
