import { readVersion } from '@afloat/build/version'
import { Command } from 'commander'
import { type ButaneOptions, butaneUsage, parseButaneArguments, UsageError } from './butane-options.ts'
import { runCompile } from './config.ts'
import { type Output, terminal } from './report-options.ts'

/** `afloat butane`: `config compile` for scripts that call butane, with exactly its command line. */
export function butaneCommand(): Command {
  return new Command('butane')
    .description('Compile YAML to Ignition JSON with the command line of butane')
    .argument('[ARGUMENTS...]', 'as butane takes them; --help lists them')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action((args: string[]) => {
      process.exitCode = runButane(args)
    })
}

/** Returns the exit code: 0 done, 1 failed, 2 wrong usage. */
export function runButane(args: readonly string[], output: Output = terminal): number {
  let parsed: { options: ButaneOptions; files: string[] }
  try {
    parsed = parseButaneArguments(args)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    output.err(`${error.message}\n${butaneUsage()}`)
    return 2
  }
  const { options, files } = parsed
  if (options.input !== undefined)
    output.err('Flag --input has been deprecated, specify filename directly on command line\n')
  if (files.length > (options.input ? 0 : 1)) {
    output.err(butaneUsage())
    return 2
  }
  if (options.help) output.out(butaneUsage())
  else if (options.version) output.out(`Afloat ${readVersion()}, compatible with Butane v0.29.0\n`)
  else return runCompile(files[0] ?? (options.input || undefined), options, output)
  return 0
}
