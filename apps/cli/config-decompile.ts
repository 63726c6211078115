import { writeFileSync } from 'node:fs'
import { decompileConfig, decompileVariants } from '@afloat/butane'
import { AfloatError } from '@afloat/report'
import { Command, Option } from 'commander'
import { formatReport, type ReportStyle } from './config-report.ts'
import { gunzip } from './load-config.ts'
import { readProblem } from './local-files.ts'
import { readConfig } from './read-config.ts'
import { type Output, reportOptions, reportStyle, terminal } from './report-options.ts'

/** `afloat config decompile`: YAML that compiles to a given Ignition config. */
export function decompileCommand(): Command {
  return reportOptions(new Command('decompile'))
    .description('Write YAML that compiles to an Ignition config')
    .argument('<FILE>', 'Ignition JSON, - for standard input')
    .addOption(
      new Option(
        '--variant <NAME>',
        'variant to write; default flatcar where a stable version of it makes the same Ignition version, else fcos',
      ).choices(decompileVariants),
    )
    .option('-o, --output <FILE>', 'write to a file instead of standard output')
    .action((file: string, options) => {
      process.exitCode = runDecompile(file, options, terminal, reportStyle(options))
    })
}

export interface DecompileArguments {
  readonly variant?: string
  readonly output?: string
}

/** Returns the exit code: 0 done, 1 the config has errors or does not fit the variant. */
export function runDecompile(
  file: string,
  options: DecompileArguments,
  output: Output,
  style: ReportStyle = {},
): number {
  let text: string
  try {
    text = readConfig(file === '-' ? 0 : file)
  } catch (error) {
    if (!(error instanceof AfloatError)) throw error
    output.err(`${error.message}\n`)
    return 1
  }
  const variant = options.variant === undefined ? {} : { variant: options.variant }
  const { yaml, report } = decompileConfig(text, {
    fileName: file === '-' ? '<stdin>' : file,
    gunzip,
    ...variant,
  })
  output.err(formatReport(report, text, style))
  if (yaml === undefined) return 1
  if (options.output === undefined) {
    output.out(yaml)
    return 0
  }
  try {
    writeFileSync(options.output, yaml, { mode: 0o644 })
    return 0
  } catch (error) {
    output.err(`Cannot write "${options.output}": ${readProblem(error)}\n`)
    return 1
  }
}
