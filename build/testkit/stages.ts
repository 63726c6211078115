import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { repoDir } from '../paths.ts'
import { ensureToolsTree } from '../tools-tree.ts'
import { ensureBrowserTree } from './browser-tree.ts'
import { runNodeTests } from './node-tests.ts'
import { runCommand } from './processes.ts'
import { runQuickjsTests } from './quickjs-tests.ts'
import { findTests, type Suite } from './suites.ts'
import type { Tally } from './tally.ts'
import { ensureTestRoot } from './test-root.ts'

/** What a stage may know about the run it is part of. */
export type RunOptions = { seed: number; soak: boolean }

/** A part of the test run. `suite` names the files it runs; a stage without one checks the whole checkout. */
export type Stage = {
  name: string
  suite?: Suite
  run(files: readonly string[], options: RunOptions): Promise<Tally>
}

/** The stages of `afloat test`, in their order: what fails fast comes first. */
export const stages: readonly Stage[] = [
  { name: 'lint', run: () => runScript('lint') },
  { name: 'types', run: () => runScript('types') },
  {
    name: 'unit',
    suite: 'unit',
    run: (files, options) =>
      runNodeTests(files, {
        env: testEnv(options),
        concurrency: availableParallelism(),
        terse: true,
        ...deadlines(60, 10 * 60, options),
      }),
  },
  { name: 'quickjs', suite: 'quickjs', run: runOnQuickjs },
  { name: 'browser', suite: 'browser', run: runInBrowser },
  {
    name: 'integration',
    suite: 'integration',
    run: async (files, options) =>
      runNodeTests(files, {
        env: { ...testEnv(options), AFLOAT_TEST_ROOT: await ensureTestRoot() },
        concurrency: 2,
        terse: false,
        ...deadlines(15 * 60, 60 * 60, options),
      }),
  },
  {
    name: 'scenarios',
    suite: 'scenarios',
    // a machine waits for its disk and its timers as often as it computes
    run: (files, options) => runScenarios(files, options, 2),
  },
  {
    name: 'alone',
    suite: 'alone',
    // under load it does not
    run: (files, options) => runScenarios(files, options, 1),
  },
]

function runScenarios(files: readonly string[], options: RunOptions, concurrency: number): Promise<Tally> {
  const env = testEnv(options)
  return runNodeTests(files, { env, concurrency, terse: false, ...deadlines(40 * 60, 4 * 60 * 60, options) })
}

/** The stages of `afloat test --unit`: seconds, no machine boots. */
export const unitStages: readonly string[] = ['lint', 'types', 'unit', 'quickjs']

/** The files of a stage whose path contains `only`; all without it. */
export async function filesOf(stage: Stage, only: string | undefined): Promise<string[]> {
  if (stage.suite === undefined) return []
  const files = await findTests(stage.suite)
  return only === undefined ? files : files.filter((file) => file.includes(only))
}

/** Runs a script of package.json the way npm does. Counts as one check. */
async function runScript(name: string): Promise<Tally> {
  const { scripts } = JSON.parse(await readFile(join(repoDir, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const bin = [join(repoDir, 'node_modules/.bin'), dirname(process.execPath), process.env['PATH']].join(
    delimiter,
  )
  const outcome = await runCommand(['sh', '-c', scripts[name]!], {
    cwd: repoDir,
    env: { ...process.env, PATH: bin },
    quiet: true,
    deadlineMs: 10 * 60_000,
  })
  if (outcome.code === 0) return { passed: 1, failed: 0, skipped: 0 }
  console.log(outcome.output.trimEnd())
  return { passed: 0, failed: 1, skipped: 0 }
}

/** Without root there is no tools tree and so no QuickJS: skipped, and said. */
async function runOnQuickjs(files: readonly string[], options: RunOptions): Promise<Tally> {
  if (process.getuid?.() !== 0) {
    console.log('Skipped: QuickJS is started from the tools tree, which needs root')
    return { passed: 0, failed: 0, skipped: 1 }
  }
  const tree = await ensureToolsTree(() => console.log('Building the tools tree'))
  return runQuickjsTests(files, { tree, ...options, deadlineMs: deadlines(0, 5 * 60, options).deadlineMs })
}

/** Likewise for the browser. */
async function runInBrowser(files: readonly string[], options: RunOptions): Promise<Tally> {
  if (process.getuid?.() !== 0) {
    console.log('Skipped: the browser is started from a tree of its own, which needs root')
    return { passed: 0, failed: 0, skipped: 1 }
  }
  await ensureBrowserTree(() => console.log('Unpacking the browser'))
  const limits = deadlines(120, 15 * 60, options)
  return runNodeTests(files, { env: testEnv(options), concurrency: 1, terse: false, ...limits })
}

/** A soak may take a hundred times as long. */
function deadlines(
  testS: number,
  allS: number,
  { soak }: RunOptions,
): { testDeadlineMs: number; deadlineMs: number } {
  const factor = soak ? 100_000 : 1000
  return { testDeadlineMs: testS * factor, deadlineMs: Math.min(allS * factor, 2 ** 31 - 1) }
}

function testEnv({ seed, soak }: RunOptions): NodeJS.ProcessEnv {
  return { ...process.env, AFLOAT_SEED: String(seed), AFLOAT_SOAK: soak ? '1' : '0' }
}
