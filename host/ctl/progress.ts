import type { Sys } from '../sys/sys.ts'
import type { Progress } from '../update/progress-file.ts'
import type { Option } from './command.ts'
import { formatBytes } from './format-time.ts'

export const progressOption: Option = {
  name: '--progress',
  value: 'WAY',
  summary: 'plain (default), json (a line for each step) or none; on standard error',
}

export type ShowProgress = (progress: Progress) => void

/** Shows steps on standard error. */
export function progressPrinter(sys: Sys, way: string): ShowProgress {
  if (way === 'none') return () => {}
  if (way === 'json')
    return (progress) =>
      sys.log(JSON.stringify({ apiVersion: 'afloat/v1', kind: 'UpdateProgress', ...progress }))
  let last = ''
  let lastPercent = -100
  return (progress) => {
    const { bytesDone, bytesTotal } = progress
    const percent = bytesDone === undefined || !bytesTotal ? undefined : (bytesDone / bytesTotal) * 100
    // A log is not to have a line for every piece.
    if (percent !== undefined && percent < 100 && percent - lastPercent < 5) return
    lastPercent = percent ?? -100
    const line = formatProgress(progress)
    if (line !== last) sys.log(line)
    last = line
  }
}

/** One line, as in "Fetching 1.1.0: 42 % (51.2 MiB of 121.4 MiB)". */
export function formatProgress({ step, version = '', bytesDone, bytesTotal }: Progress): string {
  switch (step) {
    case 'check':
      return 'Asking the server'
    case 'plan':
      return `Looking at ${version}`
    case 'write': {
      if (bytesDone === undefined || !bytesTotal) return `Fetching ${version}`
      const percent = Math.floor((bytesDone / bytesTotal) * 100)
      return `Fetching ${version}: ${percent} % (${formatBytes(bytesDone)} of ${formatBytes(bytesTotal)})`
    }
    case 'stage':
      return `Making ${version} the next to boot`
    case 'act':
      return `Getting ready to switch to ${version}`
    case 'done':
      return 'Done'
  }
}
