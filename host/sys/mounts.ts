import type { Sys } from './sys.ts'

export type MountRequest = {
  /** Device, directory to bind, or a word such as "tmpfs". */
  source: string
  target: string
  /** As for `mount -t`; absent for a bind or a remount. */
  type?: string
  /** As for `mount -o`: ["ro", "nosuid"]. */
  options?: readonly string[]
}

/** Mounts, making the target folder first. Throws `sys/command-failed` with what the kernel said. */
export function mount(sys: Sys, request: MountRequest): void {
  sys.makeDirs(request.target)
  sys.mustRun(mountCommand(request))
}

/** Returns the command that `mount()` runs. */
export function mountCommand({ source, target, type, options }: MountRequest): string[] {
  const argv = ['mount']
  if (type !== undefined) argv.push('-t', type)
  if (options !== undefined && options.length > 0) argv.push('-o', options.join(','))
  return [...argv, source, target]
}

/** Unmounts; `lazy` also while it is in use. */
export function unmount(sys: Sys, target: string, options: { lazy?: boolean } = {}): void {
  sys.mustRun(['umount', ...(options.lazy === true ? ['-l'] : []), target])
}

/** Whether something is mounted at exactly `target`. */
export function isMounted(sys: Sys, target: string): boolean {
  return listMounts(sys).some((mounted) => mounted.target === target)
}

export type Mounted = {
  /** Of this mount, and of the one it is mounted on; unique while mounted. */
  id: number
  parent: number
  /** Of the file system, as "253:0". */
  device: string
  /** What of the file system is mounted here: "/" for all of it, another path for a bind mount. */
  root: string
  target: string
  type: string
  source: string
  options: readonly string[]
  /** Of the file system, such as "lowerdir=/usr/share/etc". */
  superOptions: readonly string[]
}

/** Returns what this process sees mounted, oldest first. Source: proc_pid_mountinfo(5). */
export function listMounts(sys: Sys): Mounted[] {
  return parseMountInfo(sys.readText('/proc/self/mountinfo') ?? '')
}

/** Reads the text of /proc/self/mountinfo; lines that do not have its form are left out. */
export function parseMountInfo(text: string): Mounted[] {
  const mounts: Mounted[] = []
  for (const line of text.split('\n')) {
    const [before = '', after = ''] = line.split(' - ')
    const [id, parent, device, root, target, options] = before.split(' ')
    const [type, source, superOptions] = after.split(' ')
    if (device === undefined || root === undefined || target === undefined || options === undefined) continue
    if (type === undefined || source === undefined || superOptions === undefined) continue
    mounts.push({
      id: Number(id),
      parent: Number(parent),
      device,
      root: unescapeOctal(root),
      target: unescapeOctal(target),
      type,
      source: unescapeOctal(source),
      options: options.split(','),
      superOptions: superOptions.split(',').map(unescapeOctal),
    })
  }
  return mounts
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}
