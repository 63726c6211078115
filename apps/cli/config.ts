import { writeFileSync } from 'node:fs'
import type { Compiled } from '@afloat/butane'
import { formatIgnition, parseIgnition } from '@afloat/ignition'
import { AfloatError } from '@afloat/report'
import { Command, Option } from 'commander'
import { compileText, readConfig } from './compile-file.ts'
import { decompileCommand } from './config-decompile.ts'
import { diffCommand } from './config-diff.ts'
import { explainCommand } from './config-explain.ts'
import { formatCommand } from './config-format.ts'
import { colorChoice, formatReport, usesColor } from './config-report.ts'

/** `afloat config`: compile and validate, with the options, exit codes and last lines of the reference program. */
export function configCommand(): Command {
  const config = new Command('config').description('Compile and check the configuration of a machine')
  config.addCommand(compileCommand())
  config.addCommand(validateCommand())
  config.addCommand(explainCommand())
  config.addCommand(decompileCommand())
  config.addCommand(diffCommand())
  config.addCommand(formatCommand())
  return config
}

export interface Output {
  out(text: string): void
  err(text: string): void
}

export interface CompileArguments extends ReportArguments {
  readonly strict?: boolean
  readonly check?: boolean
  readonly pretty?: boolean
  readonly output?: string
  readonly filesDir?: string
  readonly raw?: boolean
  /** Older spelling of the argument. */
  readonly input?: string
}

interface ReportArguments {
  readonly rawErrors?: boolean
  readonly color?: string | boolean
}

function compileCommand(): Command {
  const command = reportOptions(new Command('compile'))
    .description('Compile YAML to Ignition JSON')
    .argument('[INPUT]', 'YAML file, default standard input')
    .option('-s, --strict', 'fail on any warning')
    .option('-c, --check', 'check only, write nothing')
    .option('-p, --pretty', 'indent the JSON')
    .option('-o, --output <FILE>', 'write to a file instead of standard output')
    .option('-r, --raw', 'write Ignition also for variant openshift, not a MachineConfig')
    .option('-d, --files-dir <DIR>', 'directory that local files may be embedded from')
    .addOption(new Option('--input <FILE>').hideHelp())
  return command.action((input: string | undefined, options: CompileArguments) => {
    const file = input ?? options.input ?? strayInput(options)
    process.exitCode = runCompile(file, options)
  })
}

function validateCommand(): Command {
  return reportOptions(new Command('validate'))
    .description('Check an Ignition config')
    .argument('<FILE>', 'Ignition JSON, - for standard input')
    .action((file: string, options: ReportArguments) => {
      process.exitCode = runValidate(file, options)
    })
}

/** Usage errors exit with 2, as in the reference program. */
function reportOptions(command: Command): Command {
  return command
    .option('--raw-errors', 'print one line per problem')
    .addOption(new Option('--color [WHEN]', 'color the report: auto, always or never'))
    .addOption(new Option('--colour [WHEN]').hideHelp())
    .showHelpAfterError('(add --help for usage)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
}

/** `--color INPUT`: the word after the option is the file if it is no color choice. */
function strayInput({ color }: ReportArguments): string | undefined {
  return typeof color === 'string' && colorChoice(color) === undefined ? color : undefined
}

const terminal: Output = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
}

/** Runs `config compile` and returns its exit code: 0 done, 1 failed. Without a file it reads standard input. */
export function runCompile(
  file: string | undefined,
  options: CompileArguments,
  output: Output = terminal,
): number {
  const fail = (line: string) => {
    output.err(`${line}\n`)
    return 1
  }
  let text: string
  try {
    text = readConfig(file ?? 0)
  } catch (error) {
    if (error instanceof AfloatError) return fail(error.message)
    throw error
  }

  const { filesDir, raw = false } = options
  const compiled = compileText(text, { fileName: file ?? '<stdin>', filesDir, raw })
  output.err(formatReport(compiled.report, text, style(options)))
  if (!compiled.ignition) return fail(`Error translating config: ${reason(compiled)}`)
  if (options.strict && !compiled.report.isEmpty)
    return fail('Config produced warnings and --strict was specified')
  if (options.check) return 0

  const { ignition, machineConfig } = compiled
  const result = `${machineConfig ?? formatIgnition(ignition, { pretty: options.pretty ?? false })}\n`
  if (options.output === undefined) {
    output.out(result)
    return 0
  }
  try {
    writeFileSync(options.output, result, { mode: 0o644 })
    return 0
  } catch (error) {
    return fail(`Cannot write "${options.output}": ${(error as Error).message}`)
  }
}

/** The last line of a failed run, in the reference program's words: scripts look for them. */
function reason({ report, failedAt }: Compiled): string {
  if (failedAt === 'generated') return 'config generated was invalid'
  if (failedAt === 'text') return 'source config could not be read'
  const header = failedAt === 'header' ? report.diagnostics[0] : undefined
  switch (header?.code) {
    case 'butane/variant-missing':
      return 'error parsing variant; must be specified'
    case 'butane/version-invalid':
      return 'error parsing version; must be a valid semver'
    case 'butane/variant-unknown':
      return `No translator exists for ${header.message.replace(/^.*"([^ ]*) ([^ ]*)".*$/, 'variant $1 with version $2')}`
    default:
      return 'source config is invalid'
  }
}

/** Runs `config validate` and returns its exit code: 0 valid (warnings allowed), 1 not. */
export function runValidate(file: string, options: ReportArguments, output: Output = terminal): number {
  const name = file === '-' ? '<stdin>' : file
  let text: string
  try {
    text = readConfig(file === '-' ? 0 : file)
  } catch (error) {
    if (!(error instanceof AfloatError)) throw error
    output.err(`${error.message}\n`)
    return 1
  }
  const { config, report } = parseIgnition(text, { fileName: name })
  output.err(formatReport(report, text, style(options)))
  if (config) output.out(`${name}: valid, Ignition ${config.ignition.version}\n`)
  return config ? 0 : 1
}

function style(options: ReportArguments & { colour?: string | boolean }) {
  const choice = colorChoice(options.color ?? options.colour) ?? 'auto'
  return { raw: options.rawErrors ?? false, color: usesColor(choice, process.stderr, process.env) }
}
