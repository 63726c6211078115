import type { Command } from '../command.ts'
import { ask, idleLines } from './ask.ts'

export const check: Command = {
  name: 'check',
  usage: '',
  summary: 'Ask the server whether there is a newer release',
  details: 'Exit code 0 when there is one, 6 when there is none.',
  options: [],
  run: (sys, input) =>
    ask(sys, input, { kind: 'check' }, (answer) => idleLines(answer) ?? [`${answer.version} is available`]),
}
