import { type ParsedPipeline, type PipelineConfig, parsePipeline } from '@afloat/boot2container'
import type { Sys } from '../sys/sys.ts'
import { redactCommandLine } from './redact-command-line.ts'
import type { MachineReporter } from './reporter.ts'

/** What the machine is asked for, by its command line and, once they are there, by the extra arguments. */
export class Arguments {
  readonly cmdline: string
  config: PipelineConfig
  /** Hides secrets that stand in the arguments. */
  redact: (text: string) => string
  readonly #report: MachineReporter

  constructor(sys: Sys, report: MachineReporter) {
    this.#report = report
    this.cmdline = sys.readText('/proc/cmdline') ?? ''
    const parsed = parsePipeline(this.cmdline)
    this.config = parsed.config
    this.redact = redactCommandLine(parsed, this.cmdline)
    report.hide(this.redact)
    this.#warn(parsed.findings)
  }

  /** Reads everything once more, with the extra arguments at the end. */
  add(more: string): void {
    const before = parsePipeline(this.cmdline).findings.map(({ message }) => message)
    const parsed = parsePipeline(this.cmdline, more)
    this.config = parsed.config
    this.redact = redactCommandLine(parsed, this.cmdline, more)
    this.#report.hide(this.redact)
    this.#warn(parsed.findings.filter(({ message }) => !before.includes(message)))
  }

  #warn(findings: ParsedPipeline['findings']): void {
    for (const { code, message, hint } of findings) {
      this.#report.warn({ code, message, ...(hint === undefined ? {} : { hint }) })
    }
  }
}
