import type { Sys } from '../sys/sys.ts'
import { initError } from './errors.ts'
import { places } from './places.ts'

const systemd = '/usr/lib/systemd/systemd'

/**
 * Leaves for PID 1 how to become systemd: move the kernel's file systems into the new root, then switch to it.
 * Only PID 1 can do that, and a QuickJS program cannot replace itself, so it is written down for the script.
 */
export function handOver(sys: Sys): void {
  const { stage, system } = places
  if (!sys.exists(`${system}${systemd}`)) {
    throw initError('init/no-systemd', `Cannot start systemd: /usr has no ${systemd}`, {
      hint: 'Boot the other slot; this release was built without a service manager',
    })
  }
  for (const dir of ['dev', 'proc', 'sys', 'run']) sys.run(['umount', '-l', `${system}/${dir}`])
  for (const dir of ['dev', 'proc', 'sys', 'run']) sys.run(['umount', '-l', `${stage}/${dir}`])
  sys.run(['umount', '-l', stage])
  sys.makeDirs('/run/afloat')
  sys.writeFile(
    places.next,
    [
      ...['dev', 'proc', 'sys', 'run'].map((dir) => `mount -o move /${dir} ${system}/${dir}`),
      `exec switch_root ${system} ${systemd}`,
      '',
    ].join('\n'),
  )
}
