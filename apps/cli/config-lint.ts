import { gunzipSync } from 'node:zlib'
import { platforms } from '@afloat/butane/lint/known/platforms'
import { lintConfig } from '@afloat/butane/lint/lint-config'
import type { Gunzip } from '@afloat/butane/lint/unpack'
import { AfloatError, type Report } from '@afloat/report'
import { Command, Option } from 'commander'
import { machineTools, STDIN } from './compile-file.ts'
import { formatReport } from './config-report.ts'
import { type ValueOptions, valueOptions } from './config-values.ts'
import { readConfig } from './read-config.ts'
import { type Output, type ReportArguments, reportOptions, reportStyle, terminal } from './report-options.ts'

export interface LintArguments extends ReportArguments, ValueOptions {
  readonly filesDir?: string
  readonly json?: boolean
  readonly strict?: boolean
  readonly platform?: string
}

/** `afloat config lint`: what compiles and is still likely to be a mistake, or unsafe. */
export function lintCommand(): Command {
  return reportOptions(valueOptions(new Command('lint')))
    .description('Look for what compiles and is still likely to be a mistake')
    .argument('<FILE>', 'YAML file, - for standard input')
    .option('-d, --files-dir <DIR>', 'directory that local files may be embedded from')
    .option('-s, --strict', 'fail on any warning')
    .option('--json', 'print the findings as JSON')
    .addOption(
      new Option('--platform <NAME>', 'where the machine runs').choices(platforms.map(({ name }) => name)),
    )
    .action((file: string, options: LintArguments) => {
      process.exitCode = runLint(file, options)
    })
}

/** Runs `config lint` and returns its exit code: 0 no errors (no warnings with `strict`), 1 otherwise. */
export function runLint(file: string, options: LintArguments, output: Output = terminal): number {
  const name = file === '-' ? STDIN : file
  const { platform, filesDir, strict = false } = options
  let text: string
  let tools: ReturnType<typeof machineTools>
  try {
    text = readConfig(file === '-' ? 0 : file)
    tools = machineTools(name, { filesDir, values: options })
  } catch (error) {
    if (!(error instanceof AfloatError)) throw error
    output.err(`${error.message}\n`)
    return 1
  }
  const { report, compiled, isSecret } = lintConfig(text, {
    ...tools,
    fileName: name,
    gunzip,
    ...(platform === undefined ? {} : { platform }),
  })
  const failed = report.hasErrors || (strict && !report.isEmpty)
  if (options.json) output.out(`${JSON.stringify(jsonOf(name, report, !failed))}\n`)
  else {
    output.err(formatReport(report, compiled.texts, { ...reportStyle(options), isHidden: isSecret }))
    output.out(`${name}: ${summary(report)}\n`)
  }
  return failed ? 1 : 0
}

/** Larger contents are not unpacked: no config needs them to be looked at. */
const LARGEST_CONTENTS = 64 * 1024 * 1024

const gunzip: Gunzip = (bytes) => {
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_CONTENTS })
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'large' : 'broken'
  }
}

function jsonOf(file: string, report: Report, ok: boolean) {
  return { apiVersion: 'afloat/v1', kind: 'LintReport', file, ok, findings: report.diagnostics }
}

function summary({ diagnostics }: Report): string {
  if (diagnostics.length === 0) return 'nothing found'
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  return `${count(errors, 'error')}, ${count(diagnostics.length - errors, 'warning')}`
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
