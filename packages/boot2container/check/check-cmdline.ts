import { parseCmdline } from '@afloat/cmdline'
import { type ParsedPipeline, type PlacedFinding, parsePipeline } from '../parse-pipeline.ts'
import { checkKernelView } from './check-kernel.ts'
import { checkPipeline } from './check-pipeline.ts'
import { checkErrors as errors } from './errors.ts'

export interface CheckedCmdline {
  readonly parsed: ParsedPipeline
  /** All there is, in the order of the texts. */
  readonly findings: readonly PlacedFinding[]
}

/** Reads a whole kernel command line, with its extra arguments where they are at hand, and checks all that can be known. */
export function checkCmdline(
  cmdline: string,
  more = '',
  options: { limitBytes?: number } = {},
): CheckedCmdline {
  const parsed = parsePipeline(cmdline, more)
  const findings: PlacedFinding[] = [...parsed.findings]
  const { config } = parsed
  const isComplete = more !== '' || config.extraArgs === undefined
  for (const { path, ...found } of checkPipeline(config, { isComplete }))
    findings.push({ ...found, ...(parsed.place(path) ?? { in: 'cmdline', offset: 0 }) })
  // Extra arguments come too late for the network.
  const readsIp = parsed.place(['interfaces', 0])?.in !== 'cmdline'
  for (const { spot, ...found } of checkKernelView(cmdline, { ...options, readsIp }))
    findings.push({ ...found, in: 'cmdline', offset: spot })
  const ip = /(?:^|\s)ip=/.exec(cmdline)
  if (ip && config.interfaces.length > 0 && parseCmdline(cmdline).has('ip'))
    findings.push({
      ...errors.ipIgnored(),
      severity: 'warning',
      in: 'cmdline',
      offset: ip[0].search(/\S/) + ip.index,
    })
  return { parsed, findings: findings.toSorted((a, b) => compare(a.in, b.in) || a.offset - b.offset) }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
