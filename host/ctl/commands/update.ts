import { startAgent } from '../../update/ask-agent.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { progressOption } from '../progress.ts'
import { ask, idleLines } from './ask.ts'

export const update: Command = {
  name: 'update',
  usage: '[--retry] [--no-follow] [--progress WAY]',
  summary: 'Install the release that the server offers, and switch to it',
  details: 'Follows the update until the switch begins. Ctrl-C ends the following, not the update.',
  options: [
    { name: '--retry', summary: 'Try a version once more that has failed on this machine' },
    { name: '--no-follow', summary: 'Start the update and return at once' },
    progressOption,
  ],
  run(sys, input) {
    const request = { kind: 'update', retry: input.options.has('retry') } as const
    if (input.options.has('no-follow')) {
      startAgent(sys, request)
      return exitCodes.ok
    }
    return ask(sys, input, request, (answer) => {
      const lines = idleLines(answer) ?? answer.plan?.summary ?? []
      return answer.outcome === 'switching' ? [...lines, `Switching to ${answer.version} now`] : lines
    })
  },
}
