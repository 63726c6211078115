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

/**
 * Has systemd leave mounts that go along, and the devices beneath them, as they are when it goes down. Otherwise it
 * closes an encrypted device, and with that unmounts what is on it in the next root too: the next life would ask for a
 * passphrase. Lasts until `releaseKept()`. Throws `sys/command-failed` when systemd does not answer.
 */
export function keepMounts(sys: Sys, targets: readonly string[]): void {
  if (targets.length === 0) return
  const escaped = sys.mustRun(['systemd-escape', '--path', '--suffix=mount', '--', ...targets])
  // The conflict with umount.target is one of the default dependencies of mounts.
  for (const unit of escaped.trim().split(/\s+/))
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
    const path = name.endsWith('.mount.d') ? `${home}/${name}/${dropIn}` : `${home}/${name}`
    if (!/\.mount\.d$|^systemd-(fsck|(crypt|verity|integrity)setup)@/.test(name)) continue
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

/** Returns the units of devices that are open, with their text. */
function openedDevices(sys: Sys): [unit: string, text: string][] {
  const argv = ['systemctl', 'show', '--property=Id,FragmentPath,ActiveState', '--', ...openers]
  const found: [string, string][] = []
  for (const block of sys.mustRun(argv, { timeoutMs: systemdTimeoutMs }).split('\n\n')) {
    const [, unit] = /^Id=(.+)$/m.exec(block) ?? []
    if (!/^ActiveState=active$/m.test(block)) continue
    const [, path] = /^FragmentPath=(.+)$/m.exec(block) ?? []
    const text = path === undefined ? undefined : sys.readText(path)
    if (unit !== undefined && text !== undefined && !text.startsWith(mark)) found.push([unit, text])
  }
  return found
}
