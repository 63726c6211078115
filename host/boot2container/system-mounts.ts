import { isMounted, type MountRequest, mountCommand } from '../sys/mounts.ts'
import { shellLine } from '../sys/shell-line.ts'
import type { Sys } from '../sys/sys.ts'
import { places } from './places.ts'

/** What containers and podman expect of a system, beside what init.sh has mounted. */
const mounts: readonly MountRequest[] = [
  { type: 'cgroup2', source: 'cgroup2', target: '/sys/fs/cgroup', options: ['nosuid', 'nodev', 'noexec'] },
  { type: 'devpts', source: 'devpts', target: '/dev/pts', options: ['mode=620', 'ptmxmode=666'] },
  { type: 'mqueue', source: 'mqueue', target: '/dev/mqueue' },
  { type: 'tmpfs', source: 'shm', target: '/dev/shm', options: ['mode=1777', 'nosuid', 'nodev'] },
  // Images that have no disk to be on are here: most of the memory may be theirs, and the rest is not.
  { type: 'tmpfs', source: 'tmp', target: '/tmp', options: ['mode=1777'] },
  { type: 'tmpfs', source: 'containers', target: '/var/lib/containers', options: ['mode=0700', 'size=75%'] },
]

const links: readonly (readonly [path: string, target: string])[] = [
  ['/dev/fd', '/proc/self/fd'],
  ['/dev/stdin', '/proc/self/fd/0'],
  ['/dev/stdout', '/proc/self/fd/1'],
  ['/dev/stderr', '/proc/self/fd/2'],
  ['/var/run', '/run'],
]

const settings: readonly (readonly [path: string, value: string])[] = [
  ['/proc/sys/kernel/panic', '30'],
  ['/proc/sys/kernel/pid_max', '4194304'],
  ['/proc/sys/fs/inotify/max_user_watches', '524288'],
  ['/proc/sys/net/ipv4/ping_group_range', '0 2147483647'],
]

/** Completes the system around PID 1. Once more is no failure: after a soft reboot all of it is there. */
export function mountSystem(sys: Sys): void {
  const wanted = mounts.filter(({ target }) => !isMounted(sys, target))
  for (const { target } of wanted) sys.makeDirs(target)
  // One shell for all: each further program costs several milliseconds.
  if (wanted.length > 0) sys.mustRun(['sh', '-ec', wanted.map(commandLine).join('\n')])
  for (const dir of ['/tmp', '/var/tmp', '/root', '/etc', places.network]) sys.makeDirs(dir)
  for (const [path, target] of links) if (!sys.exists(path)) sys.symlink(target, path)
  for (const [path, value] of settings) if (sys.exists(path)) sys.writeFile(path, value)
}

const commandLine = (request: MountRequest): string => shellLine(mountCommand(request))
