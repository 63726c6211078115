import { listMounts, type Mounted, mount } from '../sys/mounts.ts'
import type { Sys } from '../sys/sys.ts'

/** What the guard reads and writes; all else would only be held by it: file systems of containers, /boot, /tmp. */
const needed = ['/', '/usr', '/run', '/var', '/var/lib', '/var/lib/afloat', '/var/log', '/var/log/journal']

const kernel = /^\/(proc|sys|dev)(\/|$)/

const etcCopy = '/run/afloat/guard-etc'

/**
 * Lets go of what this process need not have mounted. Call it in a mount namespace of its own. `/etc` becomes a copy in
 * memory: the overlay has an upper folder, which the one of the next root must not share with another for long.
 */
export function keepOwnMounts(sys: Sys): void {
  mount(sys, { source: 'tmpfs', target: etcCopy, type: 'tmpfs', options: ['mode=0755', 'nosuid', 'nodev'] })
  sys.mustRun(['cp', '--archive', '/etc/.', etcCopy])
  for (const { target } of unneeded(listMounts(sys))) sys.run(['umount', '-l', target])
  mount(sys, { source: etcCopy, target: '/etc', options: ['bind'] })
}

/** Returns the mounts to let go of, newest first. */
export function unneeded(mounts: readonly Mounted[]): Mounted[] {
  return mounts
    .filter(({ target }) => !needed.includes(target) && target !== etcCopy && !kernel.test(target))
    .reverse()
}
