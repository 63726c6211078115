import {
  type CheckedCmdline,
  checkCmdline,
  describePipeline,
  LONGEST_CMDLINE,
  type Place,
  redact,
} from '@afloat/boot2container'
import { areArgumentsSigned } from '@afloat/build/sign-arguments'
import { parseCmdline } from '@afloat/cmdline'
import { AfloatError, type Diagnostic, finding, LineIndex, Report } from '@afloat/report'
import { Command } from 'commander'
import { formatReport, type ReportStyle } from './config-report.ts'
import { formatSteps } from './format-steps.ts'
import { limitOption } from './limit-option.ts'
import { readConfig } from './read-config.ts'
import { type Output, reportOptions, reportStyle, terminal } from './report-options.ts'

export interface CheckArguments {
  readonly file?: string
  readonly extraArgs?: string
  /** Bytes; default: what the kernel takes. */
  readonly limit?: number
  readonly json?: boolean
}

/** `afloat b2c check`: what a machine would do with a kernel command line. */
export function checkCommand(): Command {
  return reportOptions(new Command('check'))
    .description('Tell what a machine would do with a kernel command line, and what is wrong with it')
    .argument('[ARGS...]', 'the command line, or parameters of it')
    .option('-f, --file <FILE>', 'read the command line from a file, - for standard input')
    .option('-e, --extra-args <FILE>', 'the file of extra arguments that the machine will download')
    .addOption(limitOption('longest command line'))
    .option('--json', 'print one JSON object')
    .action((args: string[], options) => {
      process.exitCode = runCheck(args, options, terminal, reportStyle(options))
    })
}

/** Returns the exit code: 0 no errors, 1 errors, 2 wrong usage. */
export function runCheck(
  args: readonly string[],
  { file, extraArgs, limit = LONGEST_CMDLINE, json = false }: CheckArguments,
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

  const checked = checkCmdline(cmdline, more, { limitBytes: limit })
  const { config, secrets } = checked.parsed
  const sources: Source[] = [
    { in: 'cmdline', text: cmdline, name: file === '-' ? '<stdin>' : (file ?? 'command line') },
    { in: 'extra-arguments', text: more, name: extraArgs ?? 'extra arguments' },
  ]
  const reports = sources.map((source) => reportOf(checked, source))
  const keys = config.extraArgs?.publicKeys ?? []
  if (extraArgs !== undefined && keys.length > 0 && !areArgumentsSigned(more, keys))
    reports[1]!.add(notSigned(extraArgs))
  const ok = !reports.some((report) => report.hasErrors)
  const steps = describePipeline(config, parseCmdline(cmdline).get('ip'))
  if (json) {
    const findings = reports.flatMap((report) => report.diagnostics)
    const check = { apiVersion: 'afloat/v1', kind: 'PipelineCheck', ok, steps, findings }
    output.out(`${JSON.stringify(check)}\n`)
    return ok ? 0 : 1
  }
  output.out(formatSteps(steps))
  const shown = reports.map((report, index) => {
    const { text, in: which } = sources[index]!
    return formatReport(report, redact(text, secrets, which), style)
  })
  output.err(
    shown
      .filter((text) => text !== '')
      .map((text) => `\n${text}`)
      .join(''),
  )
  return ok ? 0 : 1
}

function notSigned(file: string): Diagnostic {
  const found = finding(
    'b2c/bad-signature',
    'Extra arguments are not signed by a key of b2c.extra_args_key: the machine would refuse them',
    'Sign them: afloat b2c sign --key NAME.key FILE',
  )
  return { ...found, severity: 'error', path: '', file, line: 0, column: 0 }
}

interface Source {
  readonly in: Place['in']
  readonly text: string
  readonly name: string
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

function reportOf({ findings }: CheckedCmdline, source: Source): Report {
  const report = new Report()
  const lines = new LineIndex(source.text)
  for (const { in: where, ...found } of findings)
    if (where === source.in) report.addIssue({ ...found, path: [] }, { lines, file: source.name })
  return report
}
