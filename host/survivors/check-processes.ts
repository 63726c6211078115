import type { Sys } from '../sys/sys.ts'
import { findConmon } from './containers.ts'
import { listControlGroups, listMarked, processesIn } from './control-groups.ts'
import type { Finding, Survivor } from './survivor.ts'

/** Finds processes of survivors that PID 1 would kill, since their control group has no mark or is not the unit's. */
export function checkProcesses(sys: Sys, survivors: readonly Survivor[]): Finding[] {
  const marked = listMarked(sys)
  return survivors.flatMap((survivor): Finding[] => {
    const { unit, cgroup } = survivor
    const groups = cgroup === '' ? [] : listControlGroups(sys, cgroup)
    const unmarked = groups.filter((group) => !marked.has(group) && processesIn(sys, group).length > 0)
    const [first] = unmarked
    if (first !== undefined) {
      return [
        {
          unit,
          code: 'survivors/unmarked',
          text: `its processes in the control group ${first} would be killed: the group has no mark`,
          remedy: `Run: setfattr -n user.survive_final_kill_signal -v 1 /sys/fs/cgroup${first}`,
          fatal: true,
        },
      ]
    }
    return elsewhere(sys, survivor, marked)
  })
}

/** Without `--cgroups=split`, podman puts container and conmon into scopes of their own. */
function elsewhere(
  sys: Sys,
  { unit, cgroup, pids, mainPid }: Survivor,
  marked: ReadonlySet<string>,
): Finding[] {
  const conmon = findConmon(sys, [...pids, mainPid])
  if (conmon === undefined) return []
  for (const pid of [conmon.pid, conmon.conmonPid]) {
    const group = /^0::(.*)$/m.exec(sys.readText(`/proc/${pid}/cgroup`) ?? '')?.[1]
    if (group === undefined || group === cgroup || group.startsWith(`${cgroup}/`) || marked.has(group))
      continue
    return [
      {
        unit,
        code: 'survivors/runtime-ends',
        text: `its container runs outside of the unit, in the control group ${group}, and would be stopped`,
        remedy: 'Run it with "--cgroups=split", which is what a .container file does unless told otherwise',
        fatal: true,
      },
    ]
  }
  return []
}
