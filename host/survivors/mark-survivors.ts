import type { Sys } from '../sys/sys.ts'
import { cgroupHome, listControlGroups, listMarked, survivalMark } from './control-groups.ts'

/**
 * Marks every control group below the unit of a survivor, so that PID 1 spares the processes in it: systemd marks only
 * the unit's own group, while those of a container are in groups below. Needs no systemd to talk to.
 * Returns the groups that had no mark yet. Throws `sys/command-failed` when the kernel does not take one.
 * Source: systemd-soft-reboot.service(8); src/shutdown/killall.c of systemd 257
 */
export function markSurvivors(sys: Sys): string[] {
  const marked = listMarked(sys)
  const unmarked = new Set<string>()
  for (const unit of marked) {
    // a slice's mark is not for the units in it
    if (unit.endsWith('.slice')) continue
    for (const group of listControlGroups(sys, unit)) if (!marked.has(group)) unmarked.add(group)
  }
  const groups = [...unmarked]
  if (groups.length > 0) {
    const argv = [
      'setfattr',
      '-n',
      survivalMark,
      '-v',
      '1',
      ...groups.map((group) => `${cgroupHome}${group}`),
    ]
    const { code } = sys.run(argv)
    // a group may have ended meanwhile: then the others are marked one by one
    if (code !== 0) for (const group of groups) markOne(sys, group)
  }
  return groups
}

function markOne(sys: Sys, group: string): void {
  const path = `${cgroupHome}${group}`
  if (!sys.exists(path)) return
  const argv = ['setfattr', '-n', survivalMark, '-v', '1', path]
  if (sys.run(argv).code !== 0 && sys.exists(path)) sys.mustRun(argv)
}
