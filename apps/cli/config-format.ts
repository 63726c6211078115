import { writeFileSync } from 'node:fs'
import { formatYaml } from '@afloat/butane'
import { AfloatError } from '@afloat/report'
import { Command, Option } from 'commander'
import { formatReport, type ReportStyle } from './config-report.ts'
import { readProblem } from './local-files.ts'
import { readConfig } from './read-config.ts'
import { type Output, reportOptions, reportStyle, terminal } from './report-options.ts'

/** `afloat config format`: YAML in one form, with its comments. */
export function formatCommand(): Command {
  return reportOptions(new Command('format'))
    .description('Write YAML in one form; comments and the order of keys stay')
    .argument('[FILE...]', 'YAML files, default standard input')
    .option('--check', 'write nothing, name the files that are not in this form and exit with 1')
    .addOption(new Option('--write', 'write each file in place').conflicts('check'))
    .action((files: string[], options) => {
      process.exitCode = runFormat(files, options, terminal, reportStyle(options))
    })
}

export interface FormatArguments {
  readonly check?: boolean
  readonly write?: boolean
}

/** Returns the exit code: 0 done, 1 a file has errors or, with `check`, is not in form. Goes on after a bad file. */
export function runFormat(
  files: readonly string[],
  options: FormatArguments,
  output: Output,
  style: ReportStyle = {},
): number {
  let exit = 0
  for (const file of files.length === 0 ? ['-'] : files)
    if (!formatFile(file, options, output, style)) exit = 1
  return exit
}

function formatFile(file: string, options: FormatArguments, output: Output, style: ReportStyle): boolean {
  const name = file === '-' ? '<stdin>' : file
  let text: string
  try {
    text = readConfig(file === '-' ? 0 : file)
  } catch (error) {
    if (!(error instanceof AfloatError)) throw error
    output.err(`${error.message}\n`)
    return false
  }
  const { text: formatted, report } = formatYaml(text, { fileName: name })
  output.err(formatReport(report, text, style))
  if (formatted === undefined) return false
  if (options.check) {
    if (formatted !== text) output.out(`${name}\n`)
    return formatted === text
  }
  if (!options.write || file === '-') {
    output.out(formatted)
    return true
  }
  try {
    if (formatted !== text) writeFileSync(file, formatted)
    return true
  } catch (error) {
    output.err(`Cannot write "${file}": ${readProblem(error)}\n`)
    return false
  }
}
