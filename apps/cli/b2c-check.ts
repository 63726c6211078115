import { type ParsedPipeline, type Place, parsePipeline, redact } from '@afloat/boot2container'
import { AfloatError, LineIndex, Report } from '@afloat/report'
import { Command } from 'commander'
import { formatReport, type ReportStyle } from './config-report.ts'
import { readConfig } from './read-config.ts'
import { type Output, reportOptions, reportStyle, terminal } from './report-options.ts'

export interface CheckArguments {
  readonly file?: string
  readonly extraArgs?: string
  readonly json?: boolean
}

/** `afloat b2c check`: what a machine would do with a kernel command line. */
export function checkCommand(): Command {
  return reportOptions(new Command('check'))
    .description('Tell what a machine would do with a kernel command line, and what is wrong with it')
    .argument('[ARGS...]', 'the command line, or parameters of it')
    .option('-f, --file <FILE>', 'read the command line from a file, - for standard input')
    .option('-e, --extra-args <FILE>', 'the file of extra arguments that the machine will download')
    .option('--json', 'print one JSON object')
    .action((args: string[], options) => {
      process.exitCode = runCheck(args, options, terminal, reportStyle(options))
    })
}

/** Returns the exit code: 0 no errors, 1 errors, 2 wrong usage. */
export function runCheck(
  args: readonly string[],
  { file, extraArgs, json = false }: CheckArguments,
  output: Output,
  style: ReportStyle = {},
): number {
  if ((file === undefined) === (args.length === 0)) {
    output.err('Cannot check: pass either the command line or --file\n')
    return 2
  }
  let cmdline: string
  let more = ''
  try {
    cmdline = file === undefined ? joinArguments(args) : readConfig(file === '-' ? 0 : file)
    if (extraArgs !== undefined) more = readConfig(extraArgs)
  } catch (error) {
    if (!(error instanceof AfloatError)) throw error
    output.err(`${error.message}\n`)
    return 2
  }

  const parsed = parsePipeline(cmdline, more)
  const texts = [
    { in: 'cmdline' as const, text: cmdline, name: file === '-' ? '<stdin>' : (file ?? 'command line') },
    { in: 'extra-arguments' as const, text: more, name: extraArgs ?? 'extra arguments' },
  ]
  const reports = texts.map((one) => ({ ...one, report: reportOf(parsed, one) }))
  const ok = !reports.some(({ report }) => report.hasErrors)
  if (json) {
    const findings = reports.flatMap(({ report }) => report.diagnostics)
    output.out(`${JSON.stringify({ apiVersion: 'afloat/v1', kind: 'PipelineCheck', ok, findings })}\n`)
  } else
    for (const { report, text, in: which } of reports)
      output.err(formatReport(report, redact(text, parsed.secrets, which), style))
  return ok ? 0 : 1
}

/** A shell has taken the quotes of `b2c.run="alpine true"` away: they are put back where there is one parameter. */
function joinArguments(args: readonly string[]): string {
  return args
    .map((arg) => (/^[^\s"]+=[^"]*\s[^"]*$/.test(arg) && !/\sb2c\./.test(arg) ? quoteValue(arg) : arg))
    .join(' ')
}

function quoteValue(parameter: string): string {
  return parameter.replace(/^([^=]+=)(.*)$/s, '$1"$2"')
}

function reportOf(parsed: ParsedPipeline, source: { in: Place['in']; text: string; name: string }): Report {
  const report = new Report()
  const lines = new LineIndex(source.text)
  for (const { in: where, ...found } of parsed.findings)
    if (where === source.in) report.addIssue({ ...found, path: [] }, { lines, file: source.name })
  return report
}
