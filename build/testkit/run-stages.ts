import { AfloatError } from '@afloat/report'
import { interruptMarked, stopMarked } from './processes.ts'
import { filesOf, type RunOptions, type Stage } from './stages.ts'
import { add, formatTally, nothing, type Tally } from './tally.ts'

/**
 * Runs stages one after the other, all of them even when one fails, and prints how they went; the last line is
 * the tally of the whole run. Returns the exit code.
 * `only` keeps the test files whose path contains it, and leaves out stages that have none.
 */
export async function runStages(stages: readonly Stage[], options: RunStagesOptions): Promise<number> {
  const print = options.print ?? console.log
  const interrupted = onInterrupt()
  const rows: Row[] = []
  print(`Seed ${options.seed}`)
  for (const stage of stages) {
    const files = await filesOf(stage, options.only)
    if (options.only !== undefined && files.length === 0) continue
    print(`\n── ${stage.name}${files.length > 0 ? ` (${count(files.length, 'file')})` : ''}`)
    const startedAt = Date.now()
    const tally = await runStage(stage, files, options)
    if (interrupted()) return await new Promise(() => {}) // the handler ends the program
    const row = { name: stage.name, tally, seconds: (Date.now() - startedAt) / 1000 }
    print(`${stage.name}: ${formatTally(tally)} in ${row.seconds.toFixed(1)} s`)
    rows.push(row)
  }
  return summarize(rows, options)
}

type RunStagesOptions = RunOptions & { only?: string | undefined; print?: (line: string) => void }

type Row = { name: string; tally: Tally; seconds: number }

/** A stage that throws, runs nothing, or leaves processes behind has failed. */
async function runStage(stage: Stage, files: readonly string[], options: RunStagesOptions): Promise<Tally> {
  const print = options.print ?? console.log
  const failure: Tally = { passed: 0, failed: 1, skipped: 0 }
  let tally: Tally
  if (stage.suite !== undefined && files.length === 0) {
    print('✖ No test files found')
    return failure
  }
  try {
    tally = await stage.run(files, options)
  } catch (error) {
    print(`✖ ${error instanceof Error ? error.message : String(error)}`)
    if (error instanceof AfloatError && error.hint !== undefined) print(`hint: ${error.hint}`)
    tally = failure
  }
  const left = await stopMarked()
  for (const command of left) print(`✖ Left running: ${command}`)
  if (left.length > 0) tally = add(tally, failure)
  if (tally.passed + tally.failed + tally.skipped > 0) return tally
  print('✖ No test was run')
  return failure
}

function summarize(rows: readonly Row[], options: RunStagesOptions): number {
  const print = options.print ?? console.log
  const total = rows.reduce((sum, row) => add(sum, row.tally), nothing)
  const nothingRan = rows.length === 0
  print('\nstage        passed  failed  skipped    time')
  for (const { name, tally, seconds } of rows) {
    const cells = [tally.passed, tally.failed, tally.skipped].map((n, i) => String(n).padStart([8, 8, 9][i]!))
    print(`${name.padEnd(11)}${cells.join('')}${seconds.toFixed(1).padStart(7)} s`)
  }
  if (nothingRan) print(`✖ No test file has "${options.only}" in its path`)
  if (total.failures !== undefined) print('\nFailed:')
  for (const failure of total.failures ?? []) print(`  ${failure}`)
  if (total.failed > 0) print(`\nRepeat with --seed ${options.seed}${options.soak ? ' --soak' : ''}`)
  print(`\n${formatTally(total)}`)
  return total.failed > 0 || nothingRan ? 1 : 0
}

/** Ends everything that the run has started before the run itself ends. */
function onInterrupt(): () => boolean {
  let interrupted = false
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (interrupted) return
    interrupted = true
    interruptMarked()
    await stopMarked()
    console.log('\nInterrupted')
    process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  return () => interrupted
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}
