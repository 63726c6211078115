import type { Sys } from '../sys/sys.ts'

const home = '/run/systemd/system'
const dropIn = '50-afloat-soft-reboot.conf'

/** In every file that is made here, to know it again. */
const mark = '# Until the soft reboot: what it carries over must not be closed before it.\n'

/** For a systemd that may not answer at all. */
const systemdTimeoutMs = 90_000

/** Services that open a device at start and close it at stop, and those that a mount requires to have checked it. */
const openers = [
  'systemd-fsck@*.service',
  'systemd-cryptsetup@*.service',
  'systemd-veritysetup@*.service',
  'systemd-integritysetup@*.service',
]

/** When it ends, so do the checks in it, and with them the mounts that require them. */
const fsckSlice = 'system-systemd\\x2dfsck.slice'

/**
 * Has systemd leave mounts that go along, and the devices beneath them, as they are when it goes down. Otherwise it
 * closes an encrypted device, and with that unmounts what is on it in the next root too: the next life would ask for a
 * passphrase. Lasts until `releaseKept()`. Throws `sys/command-failed` when systemd does not answer.
 */
export function keepMounts(sys: Sys, targets: readonly string[]): void {
  if (targets.length === 0) return
  const escaped = sys.mustRun(['systemd-escape', '--path', '--suffix=mount', '--', ...targets])
  // The conflict with umount.target is one of the default dependencies of mounts.
  for (const unit of [...escaped.trim().split(/\s+/), fsckSlice])
    write(sys, `${unit}.d`, dropIn, '[Unit]\nDefaultDependencies=no\n')
  for (const [unit, text] of openedDevices(sys)) {
    // That of the openers is spelled out, and a drop-in cannot take it back.
    write(sys, '', unit, text.split('\n').map(withoutGoingDown).join('\n'))
  }
  reloadUnits(sys)
}

/** Has systemd read its units anew. Throws `sys/command-failed`, `sys/command-timeout`. */
export function reloadUnits(sys: Sys): void {
  sys.mustRun(['systemctl', 'daemon-reload'], { timeoutMs: systemdTimeoutMs })
}

/** Removes what `keepMounts()` wrote. It counts until systemd reads its units anew. Returns whether there was any. */
export function releaseKept(sys: Sys): boolean {
  let found = false
  for (const name of sys.list(home) ?? []) {
    const path = name.endsWith('.d') ? `${home}/${name}/${dropIn}` : `${home}/${name}`
    if (!/\.(mount|slice)\.d$|^systemd-(fsck|(crypt|verity|integrity)setup)@/.test(name)) continue
    if (sys.lstat(path)?.kind !== 'file' || sys.readText(path)?.startsWith(mark) !== true) continue
    sys.remove(path)
    if (name.endsWith('.d') && sys.list(`${home}/${name}`)?.length === 0) sys.remove(`${home}/${name}`)
    found = true
  }
  return found
}

/** Takes the targets of going down out of a line of a unit. */
function withoutGoingDown(line: string): string {
  const [, name, values] = /^(Conflicts|Before)=(.*)$/.exec(line) ?? []
  if (name === undefined || values === undefined) return line
  const kept = values
    .split(/\s+/)
    .filter((target) => target !== 'umount.target' && target !== 'shutdown.target')
  return kept.length === 0 ? '' : `${name}=${kept.join(' ')}`
}

function write(sys: Sys, folder: string, name: string, text: string): void {
  const dir = folder === '' ? home : `${home}/${folder}`
  sys.makeDirs(dir)
  sys.writeFile(`${dir}/${name}`, `${mark}${text}`)
}

/** Returns the units of devices that are open, with the text they have without `keepMounts()`. */
function openedDevices(sys: Sys): [unit: string, text: string][] {
  const units = listOpened(sys)
  // what an earlier soft reboot wrote is gone, and systemd has not noticed
  const isStale = units.some(({ path }) => sys.readText(path) === undefined)
  if (isStale) reloadUnits(sys)
  return (isStale ? listOpened(sys) : units).flatMap(({ unit, path }): [string, string][] => {
    const text = sys.readText(path)
    return text === undefined || text.startsWith(mark) ? [] : [[unit, text]]
  })
}

function listOpened(sys: Sys): { unit: string; path: string }[] {
  const argv = ['systemctl', 'show', '--property=Id,FragmentPath,ActiveState', '--', ...openers]
  return sys
    .mustRun(argv, { timeoutMs: systemdTimeoutMs })
    .split('\n\n')
    .flatMap((block) => {
      const [, unit] = /^Id=(.+)$/m.exec(block) ?? []
      const [, path] = /^FragmentPath=(.+)$/m.exec(block) ?? []
      const isActive = /^ActiveState=active$/m.test(block)
      return isActive && unit !== undefined && path !== undefined ? [{ unit, path }] : []
    })
}
