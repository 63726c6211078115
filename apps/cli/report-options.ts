import { type Command, Option } from 'commander'
import { colorChoice, type ReportStyle, usesColor } from './config-report.ts'

/** Where a command writes to: data, and talk. */
export interface Output {
  out(text: string): void
  err(text: string): void
}

export const terminal: Output = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
}

export interface ReportArguments {
  readonly rawErrors?: boolean
  readonly color?: string | boolean
}

/** Options of the commands that report on a config. Usage errors exit with 2. */
export function reportOptions(command: Command): Command {
  return command
    .option('--raw-errors', 'print one line per problem')
    .addOption(new Option('--color <WHEN>', 'color the report').choices(['auto', 'always', 'never']))
    .showHelpAfterError('(add --help for usage)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
}

/** How the report is to be printed to standard error. */
export function reportStyle({ rawErrors = false, color }: ReportArguments): ReportStyle {
  return {
    raw: rawErrors,
    color: usesColor(colorChoice(color) ?? 'auto', process.stderr, process.env),
  }
}
