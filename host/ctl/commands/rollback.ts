import type { Command } from '../command.ts'
import { progressOption } from '../progress.ts'
import { ask } from './ask.ts'

export const rollback: Command = {
  name: 'rollback',
  usage: '[--progress WAY]',
  summary: 'Go back to the release in the other slot',
  details:
    'By the least disruptive way. The version that is left is not installed again until a newer one comes.',
  options: [progressOption],
  run: (sys, input) =>
    ask(sys, input, { kind: 'rollback' }, (answer) => [
      ...(answer.plan?.summary ?? []),
      `Going back to ${answer.version} now`,
    ]),
}
