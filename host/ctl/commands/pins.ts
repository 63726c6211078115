import { findPins } from '../../softreboot/find-pins.ts'
import type { Pin } from '../../softreboot/pins.ts'
import { type Command, printObject } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { formatTable } from '../table.ts'

export const pins: Command = {
  name: 'pins',
  usage: '',
  summary: 'Name what holds a release that no longer runs',
  details: 'As long as there is any, the other slot cannot be written.',
  options: [],
  run(sys, { json }) {
    const found = findPins(sys)
    if (json) printObject(sys, 'PinList', { pins: found })
    else for (const line of formatPins(found)) sys.print(line)
    return exitCodes.ok
  },
}

/** For people. */
export function formatPins(found: readonly Pin[]): string[] {
  if (found.length === 0) return ['Nothing holds a release that no longer runs']
  const rows = found.map(({ kind, pids, command = '-', unit = '-', via }) => [
    kind,
    pids.length > 3 ? `${pids.slice(0, 3).join(',')},…` : pids.join(',') || '-',
    command,
    unit,
    via.join(','),
  ])
  return formatTable([['KIND', 'PID', 'COMMAND', 'UNIT', 'BY'], ...rows])
}
