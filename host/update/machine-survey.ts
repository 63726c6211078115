import { canKexec } from '../softreboot/kexec.ts'
import { listSurvivors } from '../survivors/list-survivors.ts'
import { markSurvivors } from '../survivors/mark-survivors.ts'
import { preflight, preflightProperties } from '../survivors/preflight.ts'
import { readAllUnits, type UnitProperties } from '../survivors/units.ts'
import type { Sys } from '../sys/sys.ts'
import type { Survey } from './host.ts'

/** Looks at what runs: what would survive a soft reboot, what would not although it should, and what need not. */
export function surveyMachine(sys: Sys): Survey {
  markSurvivors(sys)
  const units = readAllUnits(sys, ['SubState', 'FragmentPath', ...preflightProperties])
  const fatal = preflight(sys, units).filter((finding) => finding.fatal)
  const survivors = listSurvivors(sys, units).filter(({ kind }) => kind !== 'helper' && kind !== 'network')
  return {
    host: {
      systemdSoftReboot: sys.exists('/usr/lib/systemd/system/soft-reboot.target'),
      kexec: canKexec(sys),
    },
    survivors: survivors.map(({ unit, name }) => {
      const problem = fatal.find((finding) => finding.unit === unit)
      return problem === undefined
        ? { unit, name, ready: true }
        : { unit, name, ready: false, problem: `${problem.text} (${problem.remedy})` }
    }),
    others: listOthers(units),
  }
}

/** Services of the machine's own configuration that run and are not meant to survive; those of the image go unnamed. */
function listOthers(units: readonly UnitProperties[]): string[] {
  return units
    .filter((unit) => unit['Id']?.endsWith('.service') === true)
    .filter((unit) => unit['ActiveState'] === 'active' && unit['SubState'] === 'running')
    .filter((unit) => unit['SurviveFinalKillSignal'] !== 'yes')
    .filter((unit) => !/^(\/usr\/|\/run\/systemd\/transient\/|$)/.test(unit['FragmentPath'] ?? ''))
    .map((unit) => unit['Id'] ?? '')
    .sort()
}
