import { explainConfig, formatExplanation } from '@afloat/explain'
import { AfloatError } from '@afloat/report'
import { Command } from 'commander'
import { formatReport, type ReportStyle, showsClearSecret } from './config-report.ts'
import { type ValueOptions, valueOptions } from './config-values.ts'
import { explainPipeline } from './format-steps.ts'
import { gunzip, loadConfig } from './load-config.ts'
import { type Output, reportOptions, reportStyle, terminal } from './report-options.ts'

/** `afloat config explain`: what a machine will get from a config. */
export function explainCommand(): Command {
  return reportOptions(valueOptions(new Command('explain')))
    .description('List what a machine will get from a config')
    .argument('<FILE>', 'YAML or Ignition JSON, - for standard input')
    .option('-d, --files-dir <DIR>', 'directory that local files may be embedded from')
    .option('--json', 'print one JSON object')
    .action((file: string, options) => {
      process.exitCode = runExplain(file, options, terminal, reportStyle(options))
    })
}

export interface ExplainArguments extends ValueOptions {
  readonly filesDir?: string
  readonly json?: boolean
}

/** Returns the exit code: 0 done, 1 the config has errors. Problems go to standard error in both cases. */
export function runExplain(
  file: string,
  { json = false, ...options }: ExplainArguments,
  output: Output,
  style: ReportStyle = {},
): number {
  try {
    const { config, pipeline, report, texts } = loadConfig(file, { ...options, target: 'either' })
    output.err(formatReport(report, texts, { ...style, isHidden: showsClearSecret(report) }))
    if (pipeline) output.out(explainPipeline(pipeline, json))
    if (!config) return pipeline ? 0 : 1
    const explanation = explainConfig(config, { gunzip })
    output.out(json ? `${JSON.stringify(explanation)}\n` : formatExplanation(explanation))
    return 0
  } catch (error) {
    if (!(error instanceof AfloatError)) throw error
    output.err(`${error.message}\n`)
    return 1
  }
}
