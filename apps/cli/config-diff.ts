import { createHash } from 'node:crypto'
import { diffConfigs, formatDifferences } from '@afloat/explain'
import { AfloatError } from '@afloat/report'
import { Command } from 'commander'
import { formatReport, type ReportStyle } from './config-report.ts'
import { type ValueOptions, valueOptions } from './config-values.ts'
import { gunzip, loadConfig } from './load-config.ts'
import { type Output, reportOptions, reportStyle, terminal } from './report-options.ts'

/** `afloat config diff`: what differs between two configs, by meaning. */
export function diffCommand(): Command {
  return reportOptions(valueOptions(new Command('diff')))
    .description('Compare what two configs mean; exit code 0: the same, 1: different, 2: trouble')
    .argument('<A>', 'YAML or Ignition JSON, - for standard input')
    .argument('<B>', 'what to compare it with')
    .option('-d, --files-dir <DIR>', 'directory that local files may be embedded from')
    .option('--json', 'print one JSON object')
    .action((a: string, b: string, options) => {
      process.exitCode = runDiff(a, b, options, terminal, reportStyle(options))
    })
}

export interface DiffArguments extends ValueOptions {
  readonly filesDir?: string
  readonly json?: boolean
}

/** Returns the exit code, as diff(1): 0 the same, 1 different, 2 one of them cannot be read or has errors. */
export function runDiff(
  a: string,
  b: string,
  { json = false, ...options }: DiffArguments,
  output: Output,
  style: ReportStyle = {},
): number {
  try {
    const [from, to] = [a, b].map((file) => {
      const { config, report, texts } = loadConfig(file, options)
      output.err(formatReport(report, texts, style))
      return config
    })
    if (!from || !to) return 2
    const result = diffConfigs(from, to, { gunzip, sha256 })
    output.out(json ? `${JSON.stringify(result)}\n` : formatDifferences(result))
    return result.same ? 0 : 1
  } catch (error) {
    if (!(error instanceof AfloatError)) throw error
    output.err(`${error.message}\n`)
    return 2
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
