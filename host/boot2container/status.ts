import type { PipelineConfig, PipelineStatus } from '@afloat/boot2container'
import { AfloatError } from '@afloat/report'
import { failureScreen } from '../init/failure-screen.ts'
import type { Sys } from '../sys/sys.ts'
import type { Arguments } from './arguments.ts'
import type { PipelineResult } from './pipeline.ts'
import type { MachineReporter } from './reporter.ts'

const head = { apiVersion: 'afloat/v1', kind: 'PipelineStatus' } as const

/** Returns the last word on a pipeline that ran. `pushFailure` is what kept volumes from being stored, if anything did. */
export function pipelineStatus(
  sys: Sys,
  config: PipelineConfig,
  { status, failedBy, message, containers, askedFor }: PipelineResult,
  pushFailure?: unknown,
): PipelineStatus {
  if (pushFailure !== undefined && !(pushFailure instanceof AfloatError)) throw pushFailure
  const lost = status === 0 && pushFailure !== undefined
  const by = lost ? 'volume' : failedBy
  const why = lost ? pushFailure.message : message
  return {
    ...head,
    status: lost ? 1 : status,
    ...(by === undefined ? {} : { failedBy: by }),
    ...(why === undefined ? {} : { message: why }),
    containers,
    action: askedFor ?? config.onFinish,
    atMs: Math.round(sys.uptimeMs()),
  }
}

/** Returns the last word on a machine that did not get as far as its containers. */
export function failedStatus(
  sys: Sys,
  report: MachineReporter,
  asked: Arguments,
  error: unknown,
): PipelineStatus {
  const { onFinish } = asked.config
  return {
    ...head,
    status: 1,
    failedBy: report.failedStage ?? 'start',
    message: error instanceof Error ? error.message : String(error),
    containers: [],
    // What has not come about cannot run again; it begins anew.
    action: onFinish === 'rerun' ? 'soft-reboot' : onFinish,
    atMs: Math.round(sys.uptimeMs()),
  }
}

/** Shows on the console why the machine did not get to its containers. */
export function showFailure(sys: Sys, report: MachineReporter, asked: Arguments, error: unknown): void {
  const screen = failureScreen(error, report.tail(12), {
    title: 'This machine did not run its containers',
    unknownCode: 'b2c/unexpected',
    usualHint: 'The lines below say how far it came',
    consequence: `It goes on as after a pipeline with status 1 (b2c.on_finish=${asked.config.onFinish}).`,
  })
  for (const line of screen) sys.log(report.redact(line))
}
