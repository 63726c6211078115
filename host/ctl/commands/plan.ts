import type { UpdateAnswer } from '../../update/request.ts'
import type { Command } from '../command.ts'
import { formatTime } from '../format-time.ts'
import { ask, idleLines } from './ask.ts'

export const plan: Command = {
  name: 'plan',
  usage: '',
  summary: 'Say what an update would do, what would survive it, and why',
  details: 'Fetches the signed manifest of the release that the server offers, and changes nothing.',
  options: [],
  run: (sys, input) =>
    ask(
      sys,
      input,
      { kind: 'plan' },
      (answer) => idleLines(answer) ?? [...(answer.plan?.summary ?? []), ...windowLines(answer)],
    ),
}

function windowLines({ opensAt }: UpdateAnswer): string[] {
  if (opensAt === undefined) return []
  return [`The next window opens ${formatTime(Date.parse(opensAt))}; afloatctl update does not wait for it`]
}
