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
 * not there is passed over. In small portions: the kernel verifies and decompresses in workers of its own, which no share
 * of the processors holds back, and what survives is at work.
 */
const script = `cd "$1/usr" || exit 0
{
  cat /proc/[0-9]*/maps 2>/dev/null | sed -n 's|.* /usr/||p' | sort -u
  ls -d ${beginning} 2>/dev/null
  find ${folders} -type f 2>/dev/null
} | tr '\\n' '\\0' | xargs -0r -n 16 sh -c 'cat "$@" >/dev/null 2>&1; sleep 0.05' sh`

/**
 * Reads what the next life will begin with, so that it is verified, decompressed and in memory before anything stops: time
 * that would count as interruption. The kernel drops what it has no room for. Nothing depends on it.
 */
export function warmNextRoot(sys: Sys, root: string): void {
  sys.run(['sh', '-c', script, 'sh', root], { timeoutMs: 60_000 })
}
