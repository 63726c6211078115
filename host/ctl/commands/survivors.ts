import { listSurvivors } from '../../survivors/list-survivors.ts'
import { markSurvivors } from '../../survivors/mark-survivors.ts'
import { preflight, preflightProperties } from '../../survivors/preflight.ts'
import type { Finding, Survivor } from '../../survivors/survivor.ts'
import { readAllUnits } from '../../survivors/units.ts'
import { type Command, printObject } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { formatTable } from '../table.ts'

export const survivors: Command = {
  name: 'survivors',
  usage: '',
  summary: 'List what outlives a soft reboot, and what would not although it should',
  details: 'Exit code 3 when something would not make it.',
  options: [],
  run(sys, { json }) {
    markSurvivors(sys)
    const units = readAllUnits(sys, preflightProperties)
    const found = listSurvivors(sys, units)
    const findings = preflight(sys, units)
    if (json) {
      const items = found.map((survivor) => ({
        ...survivor,
        ready: !findings.some(({ unit, fatal }) => fatal && unit === survivor.unit),
        findings: findings.filter(({ unit }) => unit === survivor.unit),
      }))
      const units = new Set(found.map(({ unit }) => unit))
      printObject(sys, 'SurvivorList', {
        survivors: items,
        otherFindings: findings.filter(({ unit }) => !units.has(unit)),
      })
    } else {
      for (const line of formatSurvivors(found, findings)) sys.print(line)
    }
    return findings.some(({ fatal }) => fatal) ? exitCodes.partial : exitCodes.ok
  },
}

/** For people: a table, then each finding with its remedy. */
export function formatSurvivors(found: readonly Survivor[], findings: readonly Finding[]): string[] {
  if (found.length === 0 && findings.length === 0) return ['Nothing is set to survive a soft reboot']
  const rows = found.map(({ name, kind, unit, mainPid }) => {
    const fatal = findings.some((finding) => finding.fatal && finding.unit === unit)
    return [name, kind, unit, mainPid === 0 ? '-' : String(mainPid), fatal ? 'no' : 'yes']
  })
  return [
    ...formatTable([['NAME', 'KIND', 'UNIT', 'PID', 'SURVIVES'], ...rows]),
    ...findings.flatMap(({ unit, text, remedy }) => ['', `${unit}: ${text}`, `  ${remedy}`]),
  ]
}
