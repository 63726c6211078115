import { readLives, recordOutcome } from '../softreboot/lives.ts'
import { removeTrial, type Trial, writeVerdict } from '../softreboot/trial.ts'
import type { Sys } from '../sys/sys.ts'
import { attempt } from './attempt.ts'
import type { Problem } from './judge.ts'
import { lastWords } from './last-words.ts'

/**
 * Ends a trial: without a problem the release is good. The verdict is what the update agent reads and reports, the
 * history what people look at. A machine that stops half way through still has the trial, and comes to a verdict anew;
 * so does one that cannot write, on which the way back must not depend.
 */
export function conclude(sys: Sys, trial: Trial, problem: Problem | undefined): void {
  const { version, rootHash } = trial
  const { outcome, code, reason } = findingOf(problem)
  sys.log(`afloat: ${version} ${problem === undefined ? 'is good' : 'has failed'}: ${reason}`)
  attempt(sys, 'write the history', () => recordFinding(sys, rootHash, problem))
  attempt(sys, 'write the verdict', () => {
    writeVerdict(sys, { version, rootHash, outcome, code, reason, atMs: sys.nowMs() })
    removeTrial(sys)
  })
}

/** Writes into the history what was found of a release; one that did not get far has no life there. */
export function recordFinding(sys: Sys, rootHash: string, problem: Problem | undefined): void {
  const { outcome, code, reason } = findingOf(problem)
  const words = lastWords(sys, problem?.unit)
  const more = words === '' ? '' : `; its last words: ${words}`
  const life = readLives(sys).findLast((one) => one.rootHash === rootHash && one.outcome === undefined)
  if (life === undefined) return
  recordOutcome(sys, life, { result: outcome, code, reason: `${reason}${more}`, atMs: sys.nowMs() })
}

function findingOf(problem: Problem | undefined) {
  return problem === undefined
    ? ({ outcome: 'good', code: 'health/good', reason: 'all that must work does' } as const)
    : ({ outcome: 'failed', code: problem.code, reason: problem.text } as const)
}

/** Has the update agent run, which tells the server. A machine that does not take updates has none. */
export function startAgent(sys: Sys): void {
  sys.run(['systemctl', 'start', '--no-block', 'afloat-update.service'], { timeoutMs: 10_000 })
}
