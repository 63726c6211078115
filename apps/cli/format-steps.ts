import { describePipeline, type PipelineConfig, type PipelineStep } from '@afloat/boot2container'
import { visible } from '@afloat/report/terminal'

/** What a machine does, a line each; the name of a stage stands where it begins. */
export function formatSteps(steps: readonly PipelineStep[]): string {
  return steps
    .map(({ stage, text }, index) => {
      const name = steps[index - 1]?.stage === stage ? '' : stage
      return `${name.padEnd(12)}${Array.from(text, visible).join('')}\n`
    })
    .join('')
}

/** What `config explain` says of a file for boot2container. */
export function explainPipeline(config: PipelineConfig, json: boolean): string {
  const steps = describePipeline(config)
  if (!json) return formatSteps(steps)
  return `${JSON.stringify({ apiVersion: 'afloat/v1', kind: 'PipelineExplanation', steps })}\n`
}
