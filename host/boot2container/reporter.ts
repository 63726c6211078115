import type { PipelineStatus, ReportSink, StageEvent } from '@afloat/boot2container'
import { AfloatError } from '@afloat/report'
import { bootLog } from '../init/boot-log.ts'
import type { Sys } from '../sys/sys.ts'
import type { Reporter, StageResult, Warning } from './report.ts'
import { ReportSinks } from './report-sinks.ts'
import { sectionEnd, sectionStart } from './sections.ts'

/** The reporter of a machine. */
export type MachineReporter = Reporter & {
  /** Opens the places where the report shall go; what was reported before goes there first. */
  sendTo(sinks: readonly ReportSink[], volumePath: (volume: string) => string | undefined): void
  /** Ends what goes to volumes, before they are stored elsewhere. */
  finishOnVolumes(status: PipelineStatus): void
  /** Hides secrets in a text. */
  redact(text: string): string
  /** The last lines that were shown, for the failure screen. */
  tail(count: number): readonly string[]
  /** What the last failed stage was, as `stage` or `stage[subject]`. */
  readonly failedStage: string | undefined
}

export function machineReporter(sys: Sys): MachineReporter {
  let redact = (text: string): string => text
  let failedStage: string | undefined
  let running = 'start'
  let heading = ''
  const show = (line: string): void => {
    sys.log(`${heading}${line}`)
    heading = ''
  }
  const log = bootLog({ uptimeMs: () => sys.uptimeMs(), log: (line) => show(redact(line)) })
  const sinks = new ReportSinks(sys, (line) => redact(line))
  const emit = (event: Omit<StageEvent, 'apiVersion' | 'kind' | 'atMs'>): void =>
    sinks.add({ apiVersion: 'afloat/v1', kind: 'Stage', ...event, atMs: Math.round(sys.uptimeMs()) })

  // CI systems open this one when they switch a machine on.
  sys.log(sectionEnd('kernel boot', sys.nowMs()))
  emit({ stage: 'kernel', state: 'done', tookMs: Math.round(sys.uptimeMs()) })

  return {
    stage(name, subject, run) {
      const about = { stage: name, ...(subject === undefined ? {} : { subject }) }
      const title = subject === undefined ? name : `${name} ${subject}`
      const startMs = sys.uptimeMs()
      const result: StageResult = {}
      const outer = running
      running = name
      heading = sectionStart(title, sys.nowMs(), { collapsed: name !== 'container' })
      log.step(title, () => {})
      emit({ ...about, state: 'started' })
      try {
        const value = run(result)
        const tookMs = Math.round(sys.uptimeMs() - startMs)
        emit({ ...about, state: 'done', tookMs, ...result })
        return value
      } catch (error) {
        const tookMs = Math.round(sys.uptimeMs() - startMs)
        failedStage = subject === undefined ? name : `${name}[${subject}]`
        emit({ ...about, state: 'failed', tookMs, ...describe(error), ...result })
        throw error
      } finally {
        running = outer
        sys.log(sectionEnd(title, sys.nowMs()))
      }
    },
    note: (text) => log.note(text),
    warn({ code, message, hint, subject }: Warning) {
      emit({ stage: running, ...(subject === undefined ? {} : { subject }), state: 'warned', code, message })
      log.note(`WARNING: ${message} (${code})`)
      if (hint !== undefined) log.note(`         ${hint}`)
    },
    redact: (text) => redact(text),
    hide(next) {
      redact = next
    },
    sendTo: (wanted, volumePath) => sinks.open(wanted, volumePath),
    finishOnVolumes: (status) => sinks.endFiles(status),
    finish(status: PipelineStatus) {
      sinks.end(status)
    },
    tail: (count) => log.tail(count).map(redact),
    get failedStage() {
      return failedStage
    },
  }
}

function describe(error: unknown): { code: string; message: string } {
  const message = error instanceof Error ? error.message : String(error)
  return { code: error instanceof AfloatError ? error.code : 'b2c/unexpected', message }
}
