import type { Sys } from '../../sys/sys.ts'
import { askAgent } from '../../update/ask-agent.ts'
import type { UpdateAnswer, UpdateRequest } from '../../update/request.ts'
import { type Input, printObject } from '../command.ts'
import { exitCodeOf, exitCodes } from '../exit-codes.ts'
import { printError } from '../print-error.ts'
import { progressPrinter } from '../progress.ts'

/** Has the agent do something, and prints what came of it: `text` is for people. Returns the exit code. */
export function ask(
  sys: Sys,
  input: Input,
  request: Omit<UpdateRequest, 'id'>,
  text: (answer: UpdateAnswer) => readonly string[],
): number {
  const answer = askAgent(sys, request, progressPrinter(sys, input.options.get('progress') ?? 'plain'))
  const { id: _, error, ...result } = answer
  if (answer.outcome === 'failed' && error !== undefined) {
    printError(sys, error, input.json)
    return exitCodeOf(error.code)
  }
  if (input.json) printObject(sys, 'UpdateResult', error === undefined ? result : { ...result, error })
  else for (const line of text(answer)) sys.print(line)
  if (answer.plan?.action === 'refuse') return exitCodes.failed
  return isNothing(answer) ? exitCodes.nothing : exitCodes.ok
}

function isNothing({ outcome, plan }: UpdateAnswer): boolean {
  return outcome === 'nothing' || plan?.action === 'nothing'
}

/** What a person reads when there is nothing to do, or a version is already on its way. */
export function idleLines({ outcome, version, error }: UpdateAnswer): string[] | undefined {
  if (outcome === 'waiting') return [`${version} was switched to, and has yet to show that it is good`]
  if (outcome !== 'nothing') return undefined
  return error === undefined
    ? ['No update is available']
    : [error.message, ...(error.hint === undefined ? [] : [error.hint])]
}
