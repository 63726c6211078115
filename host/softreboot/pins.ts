/** Something that holds a release which no longer runs, so that its slot cannot be written. */
export type Pin = {
  /** "process": it runs or has open what is on it; "namespace": processes that see it mounted. */
  readonly kind: 'process' | 'namespace' | 'mount' | 'loop' | 'device'
  /** Numbers of the processes; more than one in a namespace. Empty for kinds without. */
  readonly pids: readonly number[]
  /** Of the first process, as in /proc/PID/comm. */
  readonly command?: string | undefined
  /** The unit it belongs to, by its control group. */
  readonly unit?: string | undefined
  /** How it holds: of a process "exe", "maps", "cwd", "root", "fd"; else the mount point or the device. */
  readonly via: readonly string[]
  /** Number of the device that is held, as "253:0". */
  readonly device: string
}

/** One file of a process and the device it is on. */
export type FileUse = { readonly pid: number; readonly via: string; readonly device: string }

/** Reads lines of `stat -L -c '%Hd:%Ld %n' /proc/PID/exe …`, and keeps what is on one of `devices`. */
export function parseFileUses(text: string, devices: ReadonlySet<string>): FileUse[] {
  return text.split('\n').flatMap((line) => {
    const [, device = '', pid, what = ''] = /^(\d+:\d+) \/proc\/(\d+)\/(exe|cwd|root|fd)\b/.exec(line) ?? []
    return pid === undefined || !devices.has(device) ? [] : [{ pid: Number(pid), via: what, device }]
  })
}

/** Returns a device number as /proc/PID/maps writes it: "253:0" is "fd:00". */
export function mapsNumber(device: string): string {
  const [major, minor] = device.split(':').map((part) => Number(part).toString(16).padStart(2, '0'))
  return `${major}:${minor}`
}

/** Reads lines of `grep -H` over /proc/PID/maps: which process maps a file of which device. */
export function parseMapUses(text: string, devices: ReadonlySet<string>): FileUse[] {
  const numbers = new Map([...devices].map((device) => [mapsNumber(device), device]))
  const seen = new Set<string>()
  return text.split('\n').flatMap((line) => {
    // "/proc/527/maps:7f00-7f01 r--p 00000000 fd:00 4711 /usr/bin/sleep"
    const [, pid, number = ''] = /^\/proc\/(\d+)\/maps:\S+ \S+ \S+ (\S+) /.exec(line) ?? []
    const device = numbers.get(number)
    if (pid === undefined || device === undefined || seen.has(`${pid} ${device}`)) return []
    seen.add(`${pid} ${device}`)
    return [{ pid: Number(pid), via: 'maps', device }]
  })
}

/** Returns the unit in the text of /proc/PID/cgroup: the innermost service or scope; undefined when there is none. */
export function unitOf(cgroup: string): string | undefined {
  const path = /^0::(.*)$/m.exec(cgroup)?.[1] ?? ''
  return path
    .split('/')
    .findLast((name) => /^[^/]+\.(service|scope|socket|mount|swap)$/.test(name) && !isPayload(name))
}

/** Podman's scopes below a unit are none that systemd knows. */
function isPayload(name: string): boolean {
  return /^libpod-[0-9a-f]{64}\.scope$/.test(name)
}
