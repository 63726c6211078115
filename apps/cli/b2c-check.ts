import { LONGEST_CMDLINE } from '@afloat/boot2container'
import { AfloatError } from '@afloat/report'
import { Command } from 'commander'
import { checkTexts, type NamedText, readCmdline } from './check-texts.ts'
import type { ReportStyle } from './config-report.ts'
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
  let cmdline: NamedText
  let more: NamedText | undefined
  try {
    cmdline = readCmdline(args, file)
    if (extraArgs !== undefined) more = { text: readConfig(extraArgs), name: extraArgs }
  } catch (error) {
    if (!(error instanceof AfloatError)) throw error
    output.err(`${error.message}\n`)
    return 2
  }

  const { ok, steps, findings, format } = checkTexts(cmdline, more, limit)
  if (json) {
    const check = { apiVersion: 'afloat/v1', kind: 'PipelineCheck', ok, steps, findings }
    output.out(`${JSON.stringify(check)}\n`)
  } else {
    output.out(formatSteps(steps))
    output.err(format(style))
  }
  return ok ? 0 : 1
}
