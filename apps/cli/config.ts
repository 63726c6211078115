import { writeFileSync } from 'node:fs'
import type { Compiled, Target } from '@afloat/butane'
import { formatIgnition, parseIgnition } from '@afloat/ignition'
import { AfloatError } from '@afloat/report'
import { Command, Option } from 'commander'
import { compileText, STDIN } from './compile-file.ts'
import { decompileCommand } from './config-decompile.ts'
import { diffCommand } from './config-diff.ts'
import { explainCommand } from './config-explain.ts'
import { formatCommand } from './config-format.ts'
import { lintCommand } from './config-lint.ts'
import { playgroundCommand } from './config-playground.ts'
import { colorChoice, formatReport, showsClearSecret, usesColor } from './config-report.ts'
import { schemaCommand } from './config-schema.ts'
import { type ValueOptions, valueOptions } from './config-values.ts'
import { limitOption } from './limit-option.ts'
import { type LoadedConfig, loadConfig } from './load-config.ts'
import { systemProblem } from './local-files.ts'
import { readConfig } from './read-config.ts'
import { type Output, terminal } from './report-options.ts'
import { type CmdlineOptions, writeCmdline } from './write-cmdline.ts'

/** `afloat config`: compile and validate, with the options, exit codes and last lines of the reference program. */
export function configCommand(): Command {
  const config = new Command('config').description('Compile and check the configuration of a machine')
  config.addCommand(compileCommand())
  config.addCommand(validateCommand())
  config.addCommand(explainCommand())
  config.addCommand(lintCommand())
  config.addCommand(schemaCommand())
  config.addCommand(decompileCommand())
  config.addCommand(diffCommand())
  config.addCommand(formatCommand())
  config.addCommand(playgroundCommand())
  return config
}

export interface CompileArguments extends ReportArguments, ValueOptions, CmdlineOptions {
  readonly strict?: boolean
  readonly check?: boolean
  readonly pretty?: boolean
  readonly raw?: boolean
  readonly target?: Target
  readonly filesDir?: string
  /** Whether to say what to do about each problem, for variants of other programs too. */
  readonly hints?: boolean
  /** Older spelling of the argument. */
  readonly input?: string
}

interface ValidateArguments extends ReportArguments, ValueOptions {
  readonly filesDir?: string
}

interface ReportArguments {
  readonly rawErrors?: boolean
  readonly color?: string | boolean
  readonly colour?: string | boolean
}

function compileCommand(): Command {
  const command = reportOptions(valueOptions(new Command('compile')))
    .description('Compile YAML to Ignition JSON, or to a kernel command line')
    .argument('[INPUT]', 'YAML file, default standard input')
    .option('-s, --strict', 'fail on any warning')
    .option('-c, --check', 'check only, write nothing')
    .option('-p, --pretty', 'indent the JSON')
    .option('-o, --output <FILE>', 'write to a file instead of standard output')
    .option('-r, --raw', 'write Ignition also for variant openshift, not a MachineConfig')
    .option('-d, --files-dir <DIR>', 'directory that local files may be embedded from')
    .option('--hints', 'say what to do about each problem; the default for variant afloat')
    .addOption(new Option('--target <WHAT>', 'ignition (default), or b2c: boot_containers').choices(TARGETS))
    .option('--extra-args <FILE>', 'for b2c: write to a file what does not fit the command line')
    .addOption(limitOption('for b2c: longest command line'))
    .option('--key <FILE>', 'for b2c: private key that signs that file')
    .addOption(new Option('--input <FILE>').hideHelp())
  return command.action(async (input: string | undefined, options: CompileArguments & { key?: string }) => {
    const file = input ?? options.input ?? strayInput(options)
    // Loaded here only: what does not sign starts without.
    const load = async (key: string) => (await import('@afloat/build/sign-arguments')).loadSigner(key)
    const signer = options.key === undefined ? {} : { signer: await load(options.key) }
    process.exitCode = runCompile(file, { ...options, ...signer })
  })
}

const TARGETS: readonly Target[] = ['ignition', 'b2c']

function validateCommand(): Command {
  return reportOptions(valueOptions(new Command('validate')))
    .description('Check an Ignition config, or the YAML of one')
    .argument('<FILE>', 'Ignition JSON, or YAML by its name (.yaml, .yml, .bu); - for JSON on standard input')
    .option('-d, --files-dir <DIR>', 'directory that local files may be embedded from')
    .action((file: string, options: ValidateArguments) => {
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
    if (!(error instanceof AfloatError)) throw error
    return fail(openProblem(error, file))
  }

  const { filesDir, raw = false, target = 'ignition' } = options
  let compiled: Compiled
  try {
    compiled = compileText(text, { fileName: file ?? STDIN, filesDir, raw, target, values: options })
  } catch (error) {
    if (!(error instanceof AfloatError)) throw error
    return fail(error.hint === undefined ? error.message : `${error.message}\nhint: ${error.hint}`)
  }
  const reference = !compiled.isOwn && !options.hints && !OWN_WORDS.has(compiled.failedAt)
  // There a wrong header is one line.
  if (!(reference && compiled.failedAt === 'header'))
    output.err(
      formatReport(compiled.report, compiled.texts, { ...reportStyle(compiled, options), reference }),
    )
  if (!compiled.ignition && !compiled.pipeline) return fail(`Error translating config: ${reason(compiled)}`)
  if (options.strict && !compiled.report.isEmpty)
    return fail('Config produced warnings and --strict was specified')
  if (options.check) return 0

  const { ignition, machineConfig, pipeline } = compiled
  if (pipeline) return runWriteCmdline(pipeline, text, options, output)
  const result = `${machineConfig ?? formatIgnition(ignition!, { pretty: options.pretty ?? false })}\n`
  if (options.output === undefined) {
    output.out(result)
    return 0
  }
  try {
    writeFileSync(options.output, result, { mode: 0o644 })
    return 0
  } catch (error) {
    return fail(`failed to open ${options.output}: ${systemProblem(error, options.output)}`)
  }
}

function runWriteCmdline(
  pipeline: NonNullable<Compiled['pipeline']>,
  text: string,
  options: CompileArguments,
  output: Output,
): number {
  try {
    const written = writeCmdline(pipeline, options)
    if (typeof written === 'string') output.out(written)
    else output.err(formatReport(written, text, style(options)))
    return typeof written === 'string' ? 0 : 1
  } catch (error) {
    if (!(error instanceof AfloatError)) throw error
    output.err(`${error.message}\nhint: ${error.hint}\n`)
    return 1
  }
}

/** The reference program lets its YAML library speak at these stages, of its own types and without a position. */
const OWN_WORDS: ReadonlySet<Compiled['failedAt']> = new Set(['text', 'types'])

/** Why a file cannot be read, in the reference program's words where the system refused. */
function openProblem(error: AfloatError, file = ''): string {
  const cause = error.cause as NodeJS.ErrnoException | undefined
  if (cause?.errno === undefined) return error.message
  return `failed to ${cause.syscall === 'read' ? 'read' : 'open'} ${file}: ${systemProblem(cause, file)}`
}

/** The last line of a failed run, in the reference program's words: scripts look for them. */
function reason({ report, failedAt, isOwn }: Compiled): string {
  switch (failedAt) {
    case 'text':
      return isOwn ? 'source config could not be read' : 'Error unmarshaling yaml'
    case 'header':
      return report.entries[0]!.message
    case 'types':
      return isOwn ? 'source config is invalid' : 'yaml: unmarshal errors'
    case 'generated':
      return 'config generated was invalid'
    default:
      return 'source config is invalid'
  }
}

/**
 * Runs `config validate` and returns its exit code: 0 valid (warnings allowed), 1 not. Valid is what the specification
 * allows; what Afloat does not apply to a machine is a warning.
 */
export function runValidate(file: string, options: ValidateArguments, output: Output = terminal): number {
  const name = file === '-' ? STDIN : file
  let loaded: LoadedConfig
  try {
    loaded = /\.(ya?ml|bu)$/i.test(file) ? loadConfig(file, options) : readIgnition(file, name)
  } catch (error) {
    if (!(error instanceof AfloatError)) throw error
    output.err(`${error.message}\n`)
    return 1
  }
  const { config, report, texts } = loaded
  output.err(formatReport(report, texts, style(options)))
  if (config) output.out(`${name}: valid, Ignition ${config.ignition.version}\n`)
  return config ? 0 : 1
}

function reportStyle({ report }: Compiled, options: ReportArguments) {
  return { ...style(options), isHidden: showsClearSecret(report) }
}

function readIgnition(file: string, fileName: string): LoadedConfig {
  const text = readConfig(file === '-' ? 0 : file)
  return { ...parseIgnition(text, { fileName, applied: 'warn' }), texts: new Map([[fileName, text]]) }
}

function style(options: ReportArguments) {
  const choice = colorChoice(options.color ?? options.colour) ?? 'auto'
  return { raw: options.rawErrors ?? false, color: usesColor(choice, process.stderr, process.env) }
}
