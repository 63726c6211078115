import { runStages } from '@afloat/build/testkit/run-stages'
import { parseSeed, randomSeed } from '@afloat/build/testkit/seed'
import { filesOf, type Stage, stages, unitStages } from '@afloat/build/testkit/stages'
import { Command, InvalidArgumentError, Option } from 'commander'

type TestOptions = { unit?: true; soak?: true; only?: string; seed?: number; list?: true }

/** `afloat test`: everything the project checks. */
export function testCommand(): Command {
  return new Command('test')
    .description('check this checkout: lint, types, unit tests on Node and QuickJS, virtual machines')
    .option('--unit', 'only what needs no virtual machine; takes less than two minutes')
    .option('--soak', 'look longer: thousands of runs per property, long scenarios')
    .option('--only <pattern>', 'only the stage of that name, or the test files with that in their path')
    .addOption(new Option('--seed <n>', 'repeat a run with its seed').env('AFLOAT_SEED').argParser(readSeed))
    .option('--list', 'print the stages and their files instead of running them')
    .action(test)
}

async function test(options: TestOptions): Promise<void> {
  const named = stages.filter((stage) => stage.name === options.only)
  const only = named.length > 0 ? undefined : options.only
  const candidates = named.length > 0 ? named : stages
  const chosen = candidates.filter((stage) => !options.unit || unitStages.includes(stage.name))
  if (options.list) return await list(chosen, only)
  const seed = options.seed ?? randomSeed()
  process.exitCode = await runStages(chosen, { seed, soak: options.soak === true, only })
}

async function list(chosen: readonly Stage[], only: string | undefined): Promise<void> {
  for (const stage of chosen) {
    const files = await filesOf(stage, only)
    if (only !== undefined && files.length === 0) continue
    console.log(stage.name)
    for (const file of files) console.log(`  ${file}`)
  }
}

function readSeed(text: string): number {
  try {
    return parseSeed(text)
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}
