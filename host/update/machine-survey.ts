import { canKexec } from '../softreboot/kexec.ts'
import { listSurvivors } from '../survivors/list-survivors.ts'
import { markSurvivors } from '../survivors/mark-survivors.ts'
import { preflight } from '../survivors/preflight.ts'
import { showUnits } from '../survivors/units.ts'
import type { Sys } from '../sys/sys.ts'
import type { Survey } from './host.ts'

/** Looks at what runs: what would survive a soft reboot, what would not although it should, and what need not. */
export function surveyMachine(sys: Sys): Survey {
  markSurvivors(sys)
  const fatal = preflight(sys).filter((finding) => finding.fatal)
  const survivors = listSurvivors(sys).filter(({ kind }) => kind !== 'helper' && kind !== 'network')
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
    others: listOthers(sys),
  }
}

/** Services of the machine's own configuration that run and are not meant to survive; those of the image go unnamed. */
function listOthers(sys: Sys): string[] {
  const units = showUnits(
    sys,
    ['*.service'],
    ['ActiveState', 'SubState', 'FragmentPath', 'SurviveFinalKillSignal'],
  )
  return units
    .filter((unit) => unit['ActiveState'] === 'active' && unit['SubState'] === 'running')
    .filter((unit) => unit['SurviveFinalKillSignal'] !== 'yes')
    .filter((unit) => !/^(\/usr\/|\/run\/systemd\/transient\/|$)/.test(unit['FragmentPath'] ?? ''))
    .map((unit) => unit['Id'] ?? '')
    .sort()
}
