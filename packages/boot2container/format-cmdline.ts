import { utf8Length } from '@afloat/ignition/utf8'
import { finding, type Issue } from '@afloat/report'
import { LONGEST_CMDLINE } from './check/check-kernel.ts'
import type { PipelineConfig } from './config.ts'
import { formatParameters } from './format-parameters.ts'
import { formatArguments } from './signed-arguments.ts'

export interface FormatOptions {
  /** Of the whole line; what the kernel takes by default. */
  readonly limitBytes?: number
  /** What stands in front, such as `console=ttyS0`. */
  readonly before?: string
}

export interface FormattedCmdline {
  readonly cmdline: string
  /** What does not fit, to be offered at the URL of the extra arguments; to be signed where there are keys. */
  readonly extraArguments?: string
  /** What cannot be written: the command line then says something else. Paths are those of the config. */
  readonly issues: readonly Issue[]
}

/**
 * Writes a pipeline as a kernel command line, and what is too long for it as extra arguments: `parsePipeline` reads both
 * back as this config. The network and the way to the extra arguments stay on the line.
 */
export function formatCmdline(config: PipelineConfig, options: FormatOptions = {}): FormattedCmdline {
  const { limitBytes = LONGEST_CMDLINE, before = '' } = options
  const { parameters, issues } = formatParameters(config)
  const early = parameters.filter(({ isEarly }) => isEarly).map(({ text }) => text)
  const late = parameters.filter(({ isEarly }) => !isEarly).map(({ text }) => text)
  const line = (count: number) =>
    [before, ...early, ...late.slice(0, count)].filter((text) => text !== '').join(' ')
  const fits = (count: number) => utf8Length(line(count)) <= limitBytes

  if (fits(late.length)) return { cmdline: line(late.length), issues }
  if (config.extraArgs === undefined) {
    const found = noExtraArguments(utf8Length(line(late.length)), limitBytes)
    return { cmdline: line(late.length), issues: [...issues, found] }
  }
  let count = late.length
  while (count > 0 && !fits(count)) count--
  return {
    cmdline: line(count),
    extraArguments: formatArguments(late.slice(count)),
    issues: fits(count) ? issues : [...issues, tooLong(limitBytes)],
  }
}

function noExtraArguments(bytes: number, limit: number): Issue {
  const found = finding(
    'b2c/does-not-fit',
    `Command line would have ${bytes} bytes: the kernel takes ${limit}`,
    'Give extra_args_url, where you will offer the rest',
  )
  return { ...found, severity: 'error', path: [] }
}

function tooLong(limit: number): Issue {
  const found = finding(
    'b2c/does-not-fit',
    `Network and reports alone need more than the ${limit} bytes that the kernel takes`,
    'Leave out interfaces or reports',
  )
  return { ...found, severity: 'error', path: ['interfaces'] }
}
