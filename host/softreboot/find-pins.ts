import { listOldMappings } from '../slots/release-old.ts'
import { nodeOf } from '../slots/verity-mapping.ts'
import { listMounts, type Mounted, parseMountInfo } from '../sys/mounts.ts'
import type { Sys } from '../sys/sys.ts'
import { type FileUse, mapsNumber, type Pin, parseFileUses, parseMapUses, unitOf } from './pins.ts'

/**
 * Names everything that holds a release which no longer runs: processes, mount namespaces, mounts, loop devices, devices
 * stacked on top. By device number, as paths of the old and the new root look the same. Without `devices` these are the
 * dm-verity devices that /usr is not on, and the /etc that lies over each.
 * Throws `sys/command-failed`.
 */
export function findPins(sys: Sys, devices?: readonly string[]): Pin[] {
  const wanted = new Set(devices ?? listOldMappings(sys).map(({ number }) => number))
  if (wanted.size === 0) return []
  const namespaces = readNamespaces(sys)
  const own = listMounts(sys)
  // An /etc of an earlier life has its lower layer on the old /usr.
  if (devices === undefined) for (const number of oldEtc(own, namespaces)) wanted.add(number)
  return [
    ...processPins(sys, wanted),
    ...namespacePins(sys, wanted, namespaces),
    ...own.filter(({ device }) => wanted.has(device)).map(mountPin),
    ...loopPins(sys, wanted),
    ...stackedPins(sys, wanted),
  ]
}

type Namespace = { readonly pids: number[]; readonly mounts: readonly Mounted[] }

/** Mount namespaces other than this one, each with the processes in it. */
function readNamespaces(sys: Sys): Namespace[] {
  const own = sys.readLink('/proc/self/ns/mnt')
  const found = new Map<string, Namespace>()
  for (const pid of listPids(sys)) {
    const id = sys.readLink(`/proc/${pid}/ns/mnt`)
    if (id === undefined || id === own) continue
    const known = found.get(id)
    if (known !== undefined) known.pids.push(pid)
    else found.set(id, { pids: [pid], mounts: parseMountInfo(sys.readText(`/proc/${pid}/mountinfo`) ?? '') })
  }
  return [...found.values()]
}

function oldEtc(own: readonly Mounted[], namespaces: readonly Namespace[]): string[] {
  const current = own.findLast(({ target }) => target === '/etc')?.device
  return namespaces
    .flatMap(({ mounts }) => mounts)
    .filter(({ type, superOptions }) => type === 'overlay' && superOptions.some(isUpperOfEtc))
    .map(({ device }) => device)
    .filter((device) => device !== current)
}

function isUpperOfEtc(option: string): boolean {
  return /^upperdir=.*\/var\/lib\/afloat\/etc\/upper$/.test(option)
}

function processPins(sys: Sys, wanted: ReadonlySet<string>): Pin[] {
  const byProcess = new Map<string, { pid: number; device: string; via: Set<string> }>()
  for (const { pid, via, device } of [...mapUses(sys, wanted), ...fileUses(sys, wanted)]) {
    const key = `${pid} ${device}`
    const known = byProcess.get(key) ?? { pid, device, via: new Set() }
    known.via.add(via)
    byProcess.set(key, known)
  }
  return [...byProcess.values()]
    .sort((a, b) => a.pid - b.pid)
    .map(({ pid, device, via }) => ({ kind: 'process', ...describe(sys, [pid]), via: [...via], device }))
}

/** Processes end while they are looked at, so exit codes say nothing. */
function mapUses(sys: Sys, wanted: ReadonlySet<string>): FileUse[] {
  const pattern = ` (${[...wanted].map(mapsNumber).join('|')}) `
  const script = 'exec grep -sHEm1 -- "$1" /proc/[0-9]*/maps'
  return parseMapUses(sys.run(['sh', '-c', script, 'sh', pattern]).stdout, wanted)
}

function fileUses(sys: Sys, wanted: ReadonlySet<string>): FileUse[] {
  // files by the thousand: find hands them to stat in portions
  const script =
    'find /proc/[0-9]*/exe /proc/[0-9]*/cwd /proc/[0-9]*/root /proc/[0-9]*/fd -maxdepth 1 -type l ' +
    '-exec stat -L -c "%Hd:%Ld %n" {} + 2>/dev/null'
  return parseFileUses(sys.run(['sh', '-c', script]).stdout, wanted)
}

function namespacePins(sys: Sys, wanted: ReadonlySet<string>, namespaces: readonly Namespace[]): Pin[] {
  return namespaces.flatMap(({ pids, mounts }) =>
    [...wanted].flatMap((device): Pin[] => {
      const via = mounts.filter((mounted) => mounted.device === device).map(({ target }) => target)
      return via.length === 0 ? [] : [{ kind: 'namespace', ...describe(sys, pids), via, device }]
    }),
  )
}

function mountPin({ target, device }: Mounted): Pin {
  return { kind: 'mount', pids: [], via: [target], device }
}

/** The file behind a loop device is told by number as well. Source: losetup(8), BACK-MAJ:MIN */
function loopPins(sys: Sys, wanted: ReadonlySet<string>): Pin[] {
  if (!(sys.list('/sys/block') ?? []).some((name) => sys.exists(`/sys/block/${name}/loop`))) return []
  const { stdout } = sys.run(['losetup', '--list', '--noheadings', '--raw', '--output', 'NAME,BACK-MAJ:MIN'])
  return stdout.split('\n').flatMap((line): Pin[] => {
    const [name, device = ''] = line.trim().split(/\s+/)
    return name !== undefined && wanted.has(device) ? [{ kind: 'loop', pids: [], via: [name], device }] : []
  })
}

/** Devices made of this one. */
function stackedPins(sys: Sys, wanted: ReadonlySet<string>): Pin[] {
  return [...wanted].flatMap((device): Pin[] => {
    const name = nodeOf(sys, device)?.replace('/dev/', '')
    const holders = name === undefined ? [] : (sys.list(`/sys/block/${name}/holders`) ?? [])
    return holders.length === 0
      ? []
      : [{ kind: 'device', pids: [], via: holders.map((one) => `/dev/${one}`), device }]
  })
}

function describe(sys: Sys, pids: readonly number[]): Pick<Pin, 'pids' | 'command' | 'unit'> {
  const [first] = pids
  return {
    pids,
    command: sys.readText(`/proc/${first}/comm`)?.trim(),
    unit: unitOf(sys.readText(`/proc/${first}/cgroup`) ?? ''),
  }
}

function listPids(sys: Sys): number[] {
  return (sys.list('/proc') ?? []).filter((name) => /^[1-9]\d*$/.test(name)).map(Number)
}
