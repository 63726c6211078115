import type { Sys } from '../sys/sys.ts'
import { updateErrors as errors } from './errors.ts'
import { type Progress, readProgress } from './progress-file.ts'
import { isWaiting, takeAnswer, type UpdateAnswer, type UpdateRequest, writeRequest } from './request.ts'

const unit = 'afloat-update.service'
const pauseMs = 300
/** The agent is started again so often when it ends without having seen the request. */
const mostStarts = 5

/**
 * Has the agent do something, in its own unit, and waits for what comes of it. `onProgress` gets each step as it comes.
 * Whoever calls this may go away: the agent goes on. Throws `update/tool-failed` when the agent does not answer.
 */
export function askAgent(
  sys: Sys,
  request: Omit<UpdateRequest, 'id'>,
  onProgress: (progress: Progress) => void,
): UpdateAnswer {
  const id = writeRequest(sys, request)
  let shown = JSON.stringify(readProgress(sys))
  let starts = 0
  for (;;) {
    const answer = takeAnswer(sys, id)
    if (answer !== undefined) return answer
    if (!isRunning(sys)) {
      // It may have ended between the two looks.
      const last = takeAnswer(sys, id)
      if (last !== undefined) return last
      if (starts >= mostStarts || !isWaiting(sys, id)) throw noAnswer(sys)
      starts++
      sys.mustRun(['systemctl', 'start', '--no-block', unit])
    }
    const progress = readProgress(sys)
    const now = JSON.stringify(progress)
    if (progress !== undefined && now !== shown) onProgress(progress)
    shown = now
    sys.sleepMs(pauseMs)
  }
}

/** Has the agent do something, and does not wait for it. */
export function startAgent(sys: Sys, request: Omit<UpdateRequest, 'id'>): void {
  writeRequest(sys, request)
  // One that runs takes the request before it ends.
  sys.mustRun(['systemctl', 'start', '--no-block', unit])
}

function isRunning(sys: Sys): boolean {
  const { stdout } = sys.run(['systemctl', 'is-active', unit])
  return /^(activating|active|reloading|deactivating)$/.test(stdout.trim())
}

function noAnswer(sys: Sys): Error {
  const argv = ['journalctl', '--quiet', '--no-pager', '--output=cat', '--lines=5', `--unit=${unit}`]
  const words = sys.run(argv, { timeoutMs: 10_000 }).stdout.trim()
  return errors.damagedTool('have the update agent do that', words === '' ? 'it gives no answer' : words)
}
