import type { Sys } from '../sys/sys.ts'

/**
 * What a life begins with besides what runs now: PID 1 and its helpers, units and rules, the programs that start
 * containers. Patterns of the shell, from /usr.
 */
const beginning =
  'lib/systemd/systemd lib/systemd/systemd-* lib/systemd/system-generators/* lib/systemd/lib* lib/afloat/* ' +
  'bin/podman bin/crun bin/udevadm lib/podman/*'
const folders =
  'lib/systemd/system lib/systemd/network lib/udev/rules.d lib/tmpfiles.d lib/sysctl.d share/dbus-1'

/**
 * $1 the next root. Files that processes of this life have mapped, by their paths in the next one; then the rest. What is
 * not there is passed over.
 */
const script = `cd "$1/usr" || exit 0
cat /proc/[0-9]*/maps 2>/dev/null | sed -n 's|.* /usr/||p' | sort -u | tr '\\n' '\\0' | xargs -0r cat >/dev/null 2>&1
cat ${beginning} >/dev/null 2>&1
find ${folders} -type f -exec cat {} + >/dev/null 2>&1`

/**
 * Reads what the next life will begin with, so that it is verified, decompressed and in memory before anything stops: time
 * that would count as interruption. The kernel drops what it has no room for. Nothing depends on it.
 */
export function warmNextRoot(sys: Sys, root: string): void {
  sys.run(['sh', '-c', script, 'sh', root], { timeoutMs: 60_000 })
}
