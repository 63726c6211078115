import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repoDir } from '../paths.ts'
import { runCommand } from './processes.ts'
import type { Tally } from './tally.ts'
import type { TestReport } from './tally-reporter.ts'

/** Runs test files with `node --test`, each in a process of its own. */
export async function runNodeTests(
  files: readonly string[],
  options: {
    env: NodeJS.ProcessEnv
    /** Test files at the same time. */
    concurrency: number
    /** For a single test, and for all files together. */
    testDeadlineMs: number
    deadlineMs: number
    /** Print failures only, instead of each test as it ends. */
    terse: boolean
    /** Takes the output instead of the terminal, all at the end. */
    print?: (text: string) => void
  },
): Promise<Tally> {
  const dir = await mkdtemp(join(tmpdir(), 'afloat-test-'))
  const result = join(dir, 'tally.json')
  // A run may take an hour: what failed in it is told at once, not only at its end.
  const reporters = [...(options.terse ? [] : ['spec']), here('failures-reporter.ts')]
  try {
    const outcome = await runCommand(
      [
        process.execPath,
        '--test',
        `--import=${here('property-tests.ts')}`,
        `--test-concurrency=${options.concurrency}`,
        `--test-timeout=${options.testDeadlineMs}`,
        ...reporters.flatMap((name) => [`--test-reporter=${name}`, '--test-reporter-destination=stdout']),
        `--test-reporter=${here('tally-reporter.ts')}`,
        `--test-reporter-destination=${result}`,
        ...files,
      ],
      {
        cwd: repoDir,
        // Node refuses to run tests from within a test when it can tell.
        env: { ...options.env, NODE_TEST_CONTEXT: undefined },
        quiet: options.print !== undefined,
        deadlineMs: options.deadlineMs,
      },
    )
    const print = options.print ?? console.log
    if (outcome.output !== '') print(outcome.output)
    const { tally, empty, files: times } = parseResult(await readFile(result, 'utf8').catch(() => ''))
    if (!options.terse) {
      const slowest = times.toSorted((a, b) => b.seconds - a.seconds)
      for (const { file, seconds } of slowest) print(`${seconds.toFixed(0).padStart(6)} s  ${file}`)
    }
    for (const file of empty) print(`✖ ${file} holds no test`)
    if (outcome.timedOut) print(`✖ Stopped after ${options.deadlineMs / 1000} s`)
    // A run that broke without counting a failure must not look like a success.
    return outcome.code === 0 || tally.failed > 0 ? tally : { ...tally, failed: 1 }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** An empty text is a run that ended before its reporter: one failure. */
function parseResult(text: string): TestReport {
  if (text === '') return { tally: { passed: 0, failed: 1, skipped: 0 }, empty: [], files: [] }
  return JSON.parse(text) as TestReport
}

function here(name: string): string {
  return join(repoDir, 'build/testkit', name)
}
