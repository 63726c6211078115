import type { Sys } from '../sys/sys.ts'

/** Where the kernel shows control groups. */
export const cgroupHome = '/sys/fs/cgroup'

/** What PID 1 looks for on a process's own control group before its final kill; systemd sets it on the unit's only. */
export const survivalMark = 'user.survive_final_kill_signal'

/** Returns a control group and all below it, itself first; nothing when there is no such group. */
export function listControlGroups(sys: Sys, group: string): string[] {
  const found: string[] = []
  const visit = (at: string): void => {
    const names = sys.list(`${cgroupHome}${at}`)
    if (names === undefined) return
    found.push(at)
    for (const name of names) {
      // files of a group have a dot after the controller's name, and so may groups: ask the kernel
      if (sys.lstat(`${cgroupHome}${at}/${name}`)?.kind === 'directory') visit(`${at}/${name}`)
    }
  }
  visit(group)
  return found
}

/** Returns the processes in exactly this control group. */
export function processesIn(sys: Sys, group: string): number[] {
  const text = sys.readText(`${cgroupHome}${group}/cgroup.procs`) ?? ''
  return text
    .split('\n')
    .filter((line) => /^[1-9]\d*$/.test(line))
    .map(Number)
}

/** Returns the control groups that carry the mark, all over the machine. */
export function listMarked(sys: Sys): Set<string> {
  const argv = ['getfattr', '--recursive', '--physical', '--absolute-names', '-n', survivalMark, cgroupHome]
  // exit code 1 only says that some have none
  return parseMarked(sys.run(argv).stdout)
}

/** Returns the units whose own control groups carry the mark. */
export function listMarkedUnits(sys: Sys): string[] {
  const units = new Set<string>()
  for (const group of listMarked(sys)) {
    // below the group of a unit lies what the unit has made itself, whatever its name
    const name = group.split('/').find((part) => /\.(service|scope)$/.test(part))
    if (name !== undefined) units.add(name)
  }
  return [...units].sort()
}

/** Reads what getfattr(1) prints; a mark that is not "1" is none. */
export function parseMarked(text: string): Set<string> {
  const marked = new Set<string>()
  for (const block of text.split('\n\n')) {
    const path = /^# file: (.*)$/m.exec(block)?.[1]
    if (path === undefined || !block.includes(`${survivalMark}="1"`)) continue
    marked.add(unescapeOctal(path).slice(cgroupHome.length))
  }
  return marked
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}
