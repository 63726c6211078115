import type { Life } from '../../softreboot/life.ts'
import { readLives } from '../../softreboot/lives.ts'
import { type Command, printObject } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { formatDuration, formatTime } from '../format-time.ts'
import { formatTable } from '../table.ts'

export const boots: Command = {
  name: 'boots',
  usage: '',
  summary: 'List every start of this system: boots of the kernel, and soft reboots',
  details: 'The newest is last and has number 0; "afloatctl logs --boot N" shows the log of one.',
  options: [],
  run(sys, { json }) {
    const lives = readLives(sys)
    if (json) {
      const items = lives.map((life, index) => ({ number: index + 1 - lives.length, ...life }))
      printObject(sys, 'BootList', { boots: items })
    } else {
      for (const line of formatBoots(lives)) sys.print(line)
    }
    return exitCodes.ok
  },
}

/** For people: oldest first. */
export function formatBoots(lives: readonly Life[]): string[] {
  const head = ['NUMBER', 'STARTED', 'VERSION', 'SLOT', 'CAUSE', 'INTERRUPTION', 'SURVIVORS', 'OUTCOME']
  return formatTable([
    head,
    ...lives.map((life, index) => [
      String(index + 1 - lives.length),
      formatTime(life.startedAtMs),
      life.version,
      life.slot ?? '-',
      life.cause,
      life.interruptionMs === undefined ? '-' : formatDuration(life.interruptionMs),
      life.survivors.length === 0 ? '-' : life.survivors.join(','),
      outcomeOf(life),
    ]),
  ])
}

function outcomeOf({ outcome }: Life): string {
  if (outcome === undefined) return '-'
  return outcome.result === 'good' ? 'good' : `failed: ${outcome.reason}`
}
